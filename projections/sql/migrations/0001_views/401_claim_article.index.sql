-- The claims of an article.
CREATE INDEX claim_article_idx ON claim (article, to_position);
