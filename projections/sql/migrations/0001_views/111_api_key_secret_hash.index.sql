-- Finding the key of a request.
CREATE INDEX api_key_secret_hash_idx ON api_key (secret_hash);
