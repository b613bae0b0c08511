-- Organizations of a name; see person_key_key_idx.
CREATE INDEX organization_name_fingerprint_idx ON organization_name USING hash (fingerprint);
