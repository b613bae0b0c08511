-- What is known of API keys beside the log.

-- name: used
INSERT INTO key_use (key, last_used_at) SELECT key, $2 FROM unnest($1::text[]) AS used (key)
ON CONFLICT (key) DO UPDATE SET last_used_at = greatest(key_use.last_used_at, excluded.last_used_at)

-- name: uses
SELECT key, last_used_at FROM key_use WHERE key = ANY ($1::text[])
