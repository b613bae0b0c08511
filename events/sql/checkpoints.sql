-- name: head
SELECT coalesce(max(position), 0) FROM event

-- name: last
SELECT position, chain FROM event ORDER BY position DESC LIMIT 1

-- name: leaves
SELECT leaf FROM event WHERE position > $1 AND position <= $2 ORDER BY position

-- name: envelope
SELECT position, stream, version, id, type, schema_version, recorded_at, actor, cause, correlation,
    coalesce(payload_hash, sha256(salt || payload)) AS payload_hash, leaf
FROM event WHERE position = $1

-- name: blocks
SELECT coalesce(max(number) + 1, 0) FROM merkle_node WHERE level = $1

-- name: nodes
SELECT n.level, n.number, n.hash
FROM unnest($1::smallint[], $2::bigint[]) AS asked (level, number)
JOIN merkle_node AS n ON n.level = asked.level AND n.number = asked.number

-- name: keep
SELECT merkle_node_add($1, $2, $3)

-- name: add
SELECT checkpoint_add($1, $2, $3, $4, $5, $6)

-- name: newest
SELECT size, recorded_at, root, chain, public_key, signature FROM checkpoint ORDER BY size DESC LIMIT 1

-- name: at
SELECT size, recorded_at, root, chain, public_key, signature FROM checkpoint WHERE size = $1

-- name: checkpoints
SELECT size, recorded_at, root, chain, public_key, signature FROM checkpoint
WHERE size > $1 ORDER BY size LIMIT $2
