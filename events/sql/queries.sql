-- name: append
SELECT status, first_position, last_position, stream, actual
FROM log_append(
    $1::text[], $2::integer[], $3::text[],
    $4::integer[], $5::uuid[], $6::text[], $7::smallint[], $8::bytea[],
    $9::boolean,
    $10::uuid[], $11::uuid[], $12::text[], $13::bytea[],
    $14::integer[], $15::integer[], $16::bigint[],
    $17::integer[], $18::bytea[], $19::bytea[], $20::text[], $21::bytea[]
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
-- Worded so that event_category_idx alone gives this order: the plan stays right for rare categories too.
WHERE (split_part(stream, '-', 1), position) > ($1, $2) AND split_part(stream, '-', 1) <= $1
ORDER BY split_part(stream, '-', 1), position
LIMIT $3

-- name: read_actor
-- What somebody did themselves: what followed from it has a cause.
SELECT position, stream, version, id, recorded_at, actor, cause, correlation, type, schema_version, payload
FROM event
WHERE actor = $1 AND cause IS NULL AND position > $2 AND position <= $3
ORDER BY position
LIMIT $4

-- name: read_back
SELECT position, stream, version, id, recorded_at, actor, cause, correlation, type, schema_version, payload
FROM event
WHERE position < $1
ORDER BY position DESC
LIMIT $2

-- name: read_stream_back
SELECT position, stream, version, id, recorded_at, actor, cause, correlation, type, schema_version, payload
FROM event
WHERE stream = $1 AND version < $2
ORDER BY version DESC
LIMIT $3

-- name: read_category_back
SELECT position, stream, version, id, recorded_at, actor, cause, correlation, type, schema_version, payload
FROM event
WHERE (split_part(stream, '-', 1), position) < ($1, $2) AND split_part(stream, '-', 1) >= $1
ORDER BY split_part(stream, '-', 1) DESC, position DESC
LIMIT $3

-- name: last
SELECT position, stream, version, id, recorded_at, actor, cause, correlation, type, schema_version, payload
FROM event
WHERE stream = $1
ORDER BY version DESC
LIMIT 1

-- name: head
SELECT coalesce(max(position), 0) FROM event

-- name: positions_at
SELECT log_position_at(asked.instant) AS position
FROM unnest($1::timestamptz[]) WITH ORDINALITY AS asked (instant, number)
ORDER BY asked.number

-- name: content
SELECT body FROM content WHERE hash = $1

-- name: forget_keys
SELECT log_forget_keys($1)
