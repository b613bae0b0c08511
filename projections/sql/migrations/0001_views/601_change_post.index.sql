-- The changes of a post, newest first.
CREATE INDEX change_post_idx ON change (post, position DESC, ordinal DESC);
