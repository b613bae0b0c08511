-- Forgetting expired keys.
CREATE INDEX append_key_expires_at_idx ON append_key (expires_at);
