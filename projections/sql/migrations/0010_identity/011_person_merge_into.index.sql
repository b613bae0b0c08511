-- Those who are one with a person.
CREATE INDEX person_merge_into_idx ON person_merge (into_person, to_position);
