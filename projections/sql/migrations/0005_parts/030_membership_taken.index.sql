-- Who takes a post on a day, and who first behind one.
CREATE INDEX membership_taken_idx ON membership (post, to_position, start_earliest);
