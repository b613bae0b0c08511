-- What a person held, as known at a position.
CREATE INDEX membership_person_idx ON membership (person, to_position);
