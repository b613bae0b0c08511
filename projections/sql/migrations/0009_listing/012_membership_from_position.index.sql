-- What has changed since a position.
CREATE INDEX membership_from_position_idx ON membership (from_position);
