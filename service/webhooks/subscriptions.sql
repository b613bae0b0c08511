-- name: of_key
-- Those of a key that are not deleted, in the order in which they were made, behind one of them.
SELECT s.id, s.url, s.types, s.filter, s.description, s.created_position, s.from_position, s.per_minute, s.concurrency,
    s.stopped, s.stopped_why, e.disabled_why, h.names
FROM subscription AS s
LEFT JOIN webhook_endpoint AS e ON e.subscription = s.id
LEFT JOIN webhook_header AS h ON h.subscription = s.id
WHERE s.key = $1 AND s.deleted_position IS NULL AND s.created_position > $2
ORDER BY s.created_position
LIMIT $3

-- name: one_of_key
SELECT s.id, s.url, s.types, s.filter, s.description, s.created_position, s.from_position, s.per_minute, s.concurrency,
    s.stopped, s.stopped_why, e.disabled_why, h.names
FROM subscription AS s
LEFT JOIN webhook_endpoint AS e ON e.subscription = s.id
LEFT JOIN webhook_header AS h ON h.subscription = s.id
WHERE s.id = $2 AND s.key = $1 AND s.deleted_position IS NULL

-- name: hold
-- One subscription is made at a time, so that the bounds hold.
SELECT pg_advisory_xact_lock(1768842594, 5)

-- name: twin
-- A subscription of the key that says the same.
SELECT id FROM subscription
WHERE key = $1 AND url = $2 AND types @> $3::text[] AND types <@ $3::text[] AND filter = $4 AND deleted_position IS NULL
LIMIT 1

-- name: how_many
SELECT
    (SELECT count(*) FROM subscription AS k WHERE k.key = $1 AND k.deleted_position IS NULL) AS of_key,
    (SELECT count(*) FROM subscription AS u WHERE u.url = $2 AND u.deleted_position IS NULL) AS of_url

-- name: unknown
-- Which of some ids there are not, by the list that they stand in.
SELECT 'posts' AS list, p.id FROM unnest($1::text[]) AS p (id)
WHERE NOT EXISTS (SELECT FROM post AS k WHERE k.id = p.id)
UNION ALL
SELECT 'persons', p.id FROM unnest($2::text[]) AS p (id)
WHERE NOT EXISTS (SELECT FROM person AS k WHERE k.id = p.id)
UNION ALL
SELECT 'organizations', o.id FROM unnest($3::text[]) AS o (id)
WHERE NOT EXISTS (SELECT FROM organization AS k WHERE k.id = o.id)
LIMIT 1

-- name: keep_headers
INSERT INTO webhook_header (subscription, names, sealed) VALUES ($1, $2, $3)

-- name: sealed
-- What a message of a subscription is signed and sent with.
SELECT s.url,
    ARRAY(
        SELECT x.sealed FROM webhook_secret AS x
        WHERE x.subscription = s.id AND (x.retires_at IS NULL OR x.retires_at > now())
        ORDER BY x.number DESC
    ) AS sealed,
    (SELECT h.sealed FROM webhook_header AS h WHERE h.subscription = s.id) AS sealed_headers
FROM subscription AS s
WHERE s.id = $1
