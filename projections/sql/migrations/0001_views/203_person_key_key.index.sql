-- Persons of a key. A hash index, since a name may be longer than a B-tree's entry.
CREATE INDEX person_key_key_idx ON person_key USING hash (key);
