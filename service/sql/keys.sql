-- What is known of API keys beside the log, and what they did to it.

-- name: used
INSERT INTO key_use (key, last_used_at) SELECT key, $2 FROM unnest($1::text[]) AS used (key)
ON CONFLICT (key) DO UPDATE SET last_used_at = greatest(key_use.last_used_at, excluded.last_used_at)

-- name: uses
SELECT key, last_used_at FROM key_use WHERE key = ANY ($1::text[])

-- name: trail
SELECT position, recorded_at, type, stream, correlation FROM event
WHERE actor = $1 AND cause IS NULL AND position > $2 AND position <= $3
ORDER BY position
LIMIT $4
