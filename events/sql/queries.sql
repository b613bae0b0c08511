-- name: append
SELECT status, first_position, last_position, stream, actual
FROM log_append(
    $1::text[], $2::bytea[], $3::text[], $4::uuid[], $5::uuid[],
    $6::integer[], $7::integer[], $8::integer[],
    $9::text[], $10::bigint[],
    $11::text[], $12::uuid[], $13::text[], $14::smallint[], $15::bytea[],
    $16::bytea[], $17::bytea[], $18::text[], $19::bytea[],
    $20::boolean
)

-- name: read
SELECT position, stream, version, id, recorded_at, actor, cause, correlation, type, schema_version, payload
FROM event
WHERE position > $1
ORDER BY position
LIMIT $2

-- name: read_stream
SELECT position, stream, version, id, recorded_at, actor, cause, correlation, type, schema_version, payload
FROM event
WHERE stream = $1 AND version > $2
ORDER BY version
LIMIT $3

-- name: read_category
SELECT position, stream, version, id, recorded_at, actor, cause, correlation, type, schema_version, payload
FROM event
WHERE split_part(stream, '-', 1) = $1 AND position > $2
ORDER BY position
LIMIT $3

-- name: last
SELECT position, stream, version, id, recorded_at, actor, cause, correlation, type, schema_version, payload
FROM event
WHERE stream = $1
ORDER BY version DESC
LIMIT 1

-- name: head
SELECT coalesce(max(position), 0) FROM event

-- name: position_at
SELECT log_position_at($1)

-- name: content
SELECT body FROM content WHERE hash = $1

-- name: forget_keys
SELECT log_forget_keys($1)
