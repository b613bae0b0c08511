-- The claims that a post's timeline is folded from.
CREATE INDEX claim_resolution_post_idx ON claim_resolution (post, to_position);
