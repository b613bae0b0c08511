-- name: hold_cursor
SELECT position, ordinal FROM webhook_cursor FOR UPDATE

-- name: changes
-- What comes behind the cursor, up to the projector's watermark.
SELECT c.position, c.ordinal, c.post, c.body, p.organization
FROM change AS c
LEFT JOIN post AS p ON p.id = c.post
WHERE (c.position, c.ordinal) > ($1, $2)
    AND c.position <= (SELECT w.position FROM cursor AS w WHERE w.name = 'projector')
ORDER BY c.position, c.ordinal
LIMIT $3

-- name: subscriptions
-- Those whose key is in force and whose endpoint is not disabled.
SELECT s.id, s.types, s.filter, s.created_position
FROM subscription AS s
JOIN api_key AS k ON k.id = s.key
LEFT JOIN webhook_endpoint AS e ON e.subscription = s.id
WHERE s.deleted_position IS NULL
    AND k.revoked_position IS NULL AND (k.expires_at IS NULL OR k.expires_at > $1)
    AND e.disabled_at IS NULL

-- name: enqueue
SELECT webhook_enqueue($1::text[], $2::bigint[], $3::integer[], $4::text[], $5::text[], $6, $7, $8)

-- name: lease
-- Takes endpoints that are due. The database's clock counts for the lease, since all workers share it.
WITH taken AS (
    UPDATE webhook_endpoint AS e
    SET worker = $1, leased_until = now() + make_interval(secs => $2)
    WHERE e.subscription = ANY (ARRAY(
        SELECT d.subscription
        FROM webhook_endpoint AS d
        WHERE d.due_at <= $4 AND (d.leased_until IS NULL OR d.leased_until <= now())
        ORDER BY d.due_at
        LIMIT $3
        FOR UPDATE SKIP LOCKED
    ))
    RETURNING e.subscription, e.failures, e.failing_since, e.succeeded_at
)
SELECT t.subscription, t.failures, t.failing_since, t.succeeded_at, s.url,
    s.deleted_position IS NULL AND k.revoked_position IS NULL
        AND (k.expires_at IS NULL OR k.expires_at > $4) AS in_force,
    s.id IS NOT NULL AND k.id IS NOT NULL AS known,
    ARRAY(
        SELECT w.sealed FROM webhook_secret AS w
        WHERE w.subscription = t.subscription AND (w.retires_at IS NULL OR w.retires_at > now())
        ORDER BY w.number DESC
    ) AS sealed
FROM taken AS t
LEFT JOIN subscription AS s ON s.id = t.subscription
LEFT JOIN api_key AS k ON k.id = s.key

-- name: renew
UPDATE webhook_endpoint SET leased_until = now() + make_interval(secs => $2)
WHERE worker = $1 AND subscription = ANY ($3::text[])
RETURNING subscription

-- name: next_due
SELECT min(due_at) FROM webhook_endpoint
WHERE due_at IS NOT NULL AND (leased_until IS NULL OR leased_until <= now())

-- name: due
-- The oldest pending messages of an endpoint's lanes that are due, the longest waiting lane first.
SELECT l.lane, d.position, d.ordinal, d.previous_position, d.previous_ordinal, d.type, d.attempted_at, d.strikes,
    c.body, p.label, p.organization, o.name AS organization_name
FROM (
    SELECT due.subscription, due.lane, due.next_attempt_at
    FROM webhook_lane AS due
    WHERE due.subscription = $1 AND due.next_attempt_at <= $2 AND due.lane <> ALL ($3::text[])
        AND EXISTS (
            SELECT FROM subscription AS s JOIN api_key AS k ON k.id = s.key
            WHERE s.id = $1 AND s.deleted_position IS NULL
                AND k.revoked_position IS NULL AND (k.expires_at IS NULL OR k.expires_at > $2)
        )
    ORDER BY due.next_attempt_at
    LIMIT $4
) AS l
LEFT JOIN LATERAL (
    SELECT pending.*
    FROM webhook_delivery AS pending
    WHERE pending.subscription = l.subscription AND pending.lane = l.lane AND pending.state = 'pending'
    ORDER BY pending.position, pending.ordinal
    LIMIT $5
) AS d ON true
LEFT JOIN change AS c ON c.position = d.position AND c.ordinal = d.ordinal
LEFT JOIN post AS p ON p.id = l.lane
LEFT JOIN organization AS o ON o.id = p.organization
ORDER BY l.next_attempt_at, l.lane, d.position, d.ordinal

-- name: names
-- The names of persons, and the articles of claims.
SELECT 'person' AS what, id, name AS told FROM person WHERE id = ANY ($1::text[])
UNION ALL
SELECT 'article', id, article FROM claim WHERE id = ANY ($2::text[]) AND article IS NOT NULL

-- name: postpone
-- Lanes whose next message cannot be made now; those without one are no longer due.
UPDATE webhook_lane AS l
SET next_attempt_at = CASE
    WHEN EXISTS (
        SELECT FROM webhook_delivery AS d
        WHERE d.subscription = l.subscription AND d.lane = l.lane AND d.state = 'pending'
    ) THEN $3::timestamptz
END
WHERE l.subscription = $1 AND l.lane = ANY ($2::text[])

-- name: record
SELECT webhook_record(
    $1::text[], $2::bigint[], $3::integer[], $4::text[], $5::text[], $6::integer[], $7::timestamptz[],
    $8::timestamptz[], $9::smallint[], $10::text[], $11::text[], $12::real[], $13::real[], $14::real[], $15::real[],
    $16::bytea[], $17
)

-- name: release
SELECT webhook_release($1, $2, $3, $4, $5, $6, $7, $8)
