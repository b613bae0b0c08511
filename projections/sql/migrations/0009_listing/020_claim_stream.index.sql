-- Claims that stand on the stream of an article, or of a post, without being the article's own.
CREATE INDEX claim_stream_idx ON claim (stream) WHERE article IS NULL;
