-- name: carry_out
SELECT log_redact($1)

-- name: carry_out_all
SELECT coalesce(sum(log_redact(position)), 0)::bigint FROM event WHERE type = 'content.redacted'

-- name: redactions
SELECT position, stream FROM event
WHERE type = 'content.redacted' AND position > $1 AND position <= $2
ORDER BY position

-- name: standing
SELECT hash FROM content WHERE hash = ANY ($1::bytea[]) AND body IS NOT NULL

-- name: stream
SELECT position, version, type, schema_version, payload FROM event
WHERE stream = $1 AND version > $2
ORDER BY version
LIMIT $3

-- name: streams
-- Those of some names that there are.
SELECT stream FROM event WHERE stream = ANY ($1::text[]) AND version = 1
