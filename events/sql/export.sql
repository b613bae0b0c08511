-- name: head
SELECT position, chain FROM event ORDER BY position DESC LIMIT 1

-- name: chain
SELECT chain FROM event WHERE position = $1

-- name: last_of_batch
-- The last position of a batch: at most $2, and not beyond the one whose texts reach $3 bytes.
SELECT least($2, (
    SELECT min(t.position) FROM (
        SELECT c.position, sum(octet_length(c.body)) OVER (ORDER BY c.position) AS bytes
        FROM content AS c WHERE c.position > $1 AND c.position <= $2
    ) AS t
    WHERE t.bytes >= $3
))

-- name: events
SELECT position, stream, version, id, type, schema_version, recorded_at, actor, cause, correlation, salt, payload,
    leaf, chain
FROM event WHERE position > $1 AND position <= $2 ORDER BY position

-- name: contents
SELECT hash, salt, media_type, body, position FROM content
WHERE position > $1 AND position <= $2 ORDER BY position, hash

-- name: checkpoints
SELECT size, recorded_at, root, chain, public_key, signature FROM checkpoint
WHERE size > $1 AND size <= $2 ORDER BY size

-- name: lock
SELECT pg_advisory_xact_lock(1768842594, 1)

-- name: keep_checkpoint
INSERT INTO checkpoint (size, recorded_at, root, chain, public_key, signature)
VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING

-- name: notify
SELECT pg_notify('incumbent_log', $1)
