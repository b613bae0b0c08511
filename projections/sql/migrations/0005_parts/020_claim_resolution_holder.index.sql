-- The claims that a post's timeline is folded from: all of them, or some persons'.
CREATE INDEX claim_resolution_holder_idx ON claim_resolution (post, to_position, person);
