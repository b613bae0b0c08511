-- name: head
SELECT coalesce(max(position), 0) FROM event

-- name: events
-- With the position of the version before, so that a stream's versions need not be kept in memory.
SELECT e.position, e.stream, e.version, e.id, e.type, e.schema_version, e.recorded_at, e.actor, e.cause,
    e.correlation, e.salt, e.payload, e.payload_hash, e.leaf, e.chain,
    CASE WHEN e.version > 1 THEN (
        SELECT max(p.position) FROM event AS p WHERE p.stream = e.stream AND p.version = e.version - 1
    ) END AS previous
FROM event AS e
WHERE e.position > $1
ORDER BY e.position
LIMIT $2

-- name: checkpoints
SELECT size, recorded_at, root, chain, public_key, signature FROM checkpoint
WHERE size > $1 ORDER BY size LIMIT 500

-- name: nodes
SELECT n.level, n.number, n.hash
FROM unnest($1::smallint[], $2::bigint[]) AS asked (level, number)
JOIN merkle_node AS n ON n.level = asked.level AND n.number = asked.number

-- name: referred
SELECT hash, media_type, octet_length(body) AS length, position FROM content WHERE hash = ANY ($1::bytea[])

-- name: content_count
SELECT count(*) FROM content

-- name: contents
-- is_whole is null where salt and body are gone.
SELECT hash, position, sha256(salt || body) = hash AS is_whole FROM content
WHERE hash > $1 ORDER BY hash LIMIT $2

-- name: redacted_since
SELECT EXISTS (
    SELECT FROM event
    WHERE type = 'content.redacted' AND position > $1
        AND convert_from(payload, 'UTF8')::jsonb -> 'contents' ? $2
)
