CREATE INDEX claim_resolution_person_idx ON claim_resolution (person, to_position);
