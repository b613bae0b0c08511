CREATE INDEX due_post_idx ON due (post);
