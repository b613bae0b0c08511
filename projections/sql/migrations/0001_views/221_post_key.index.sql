-- Posts of a wording; see person_key_key_idx.
CREATE INDEX post_key_idx ON post USING hash (key);
