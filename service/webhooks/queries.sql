-- name: hold_cursor
SELECT position, ordinal FROM webhook_cursor FOR UPDATE

-- name: changes
-- What comes behind a Change, up to a position.
SELECT c.position, c.ordinal, c.body, p.label, p.organization, o.name AS organization_name
FROM change AS c
LEFT JOIN post AS p ON p.id = c.post
LEFT JOIN organization AS o ON o.id = p.organization
WHERE (c.position, c.ordinal) > ($1, $2) AND c.position <= $3
ORDER BY c.position, c.ordinal
LIMIT $4

-- name: last_changes
-- The newest Changes up to the watermark, newest first.
SELECT c.position, c.ordinal, c.body, p.label, p.organization, o.name AS organization_name
FROM change AS c
LEFT JOIN post AS p ON p.id = c.post
LEFT JOIN organization AS o ON o.id = p.organization
WHERE c.position <= (SELECT w.position FROM cursor AS w WHERE w.name = 'projector')
ORDER BY c.position DESC, c.ordinal DESC
LIMIT $1

-- name: redacted_posts
-- The posts that a redaction concerns: those of its claims, and the one whose stream it is.
SELECT p.id, p.label, p.organization, o.name AS organization_name
FROM post AS p
LEFT JOIN organization AS o ON o.id = p.organization
WHERE p.id = $2 OR p.id IN (SELECT r.post FROM claim_resolution AS r WHERE r.claim = ANY ($1::text[]))
ORDER BY p.id

-- name: redacted_persons
SELECT DISTINCT r.person FROM claim_resolution AS r
WHERE r.claim = ANY ($1::text[]) AND r.person IS NOT NULL
ORDER BY r.person

-- name: merged_into
SELECT m.into_person, array_agg(m.person ORDER BY m.person) AS persons FROM person_merge AS m
WHERE m.into_person = ANY ($1::text[]) AND m.to_position = 9223372036854775807
GROUP BY m.into_person

-- name: subscriptions
-- How far the views have come, and what is new about subscriptions behind a position; one row without any if nothing is.
SELECT w.position AS watermark, s.id, s.types, s.filter, coalesce(s.from_position, s.created_position) AS after, s.from_position IS NOT NULL
    OR s.stopped = 'unconfirmed' AS starts_behind, s.stopped, s.resumed_position, s.deleted_position, s.changed_position
FROM cursor AS w
LEFT JOIN subscription AS s ON s.changed_position > $1
WHERE w.name = 'projector'
ORDER BY s.changed_position

-- name: start_behind
-- Subscriptions that begin somewhere behind the cursor, once: from then on the endpoint remembers how far they are.
INSERT INTO webhook_endpoint (subscription, behind_position, behind_ordinal)
SELECT s.subscription, s.after, 2147483647
FROM unnest($1::text[], $2::bigint[]) AS s (subscription, after)
ORDER BY s.subscription
ON CONFLICT (subscription) DO NOTHING

-- name: fall_behind
-- Subscriptions that were stopped are matched up to the cursor and no further.
INSERT INTO webhook_endpoint AS e (subscription, behind_position, behind_ordinal)
SELECT s.subscription, $2::bigint, $3::integer FROM unnest($1::text[]) AS s (subscription) ORDER BY s.subscription
ON CONFLICT (subscription) DO UPDATE SET behind_position = $2, behind_ordinal = $3 WHERE e.behind_position IS NULL

-- name: end
-- Subscriptions that were deleted: in time they are forgotten.
UPDATE webhook_endpoint AS e SET disabled_at = $2, disabled_why = 'ended', due_at = NULL
WHERE e.subscription = ANY ($1::text[]) AND e.disabled_why IS DISTINCT FROM 'ended'

-- name: go_on
-- Subscriptions that were resumed; one whose disabling the log has not been told yet was disabled after that.
UPDATE webhook_endpoint AS e
SET due_at = $3, paused_until = NULL, failures = 0, failing_since = NULL, failing_told = false,
    disabled_at = NULL, disabled_why = NULL, told_position = NULL
FROM unnest($1::text[], $2::bigint[]) AS s (subscription, resumed_position)
WHERE e.subscription = s.subscription
    AND ((e.disabled_at IS NULL AND e.due_at IS NOT NULL AND e.failures = 0) OR e.told_position < s.resumed_position)

-- name: behind
-- Subscriptions that have to catch up and may.
SELECT e.subscription, e.behind_position, e.behind_ordinal
FROM webhook_endpoint AS e
JOIN webhook_subscription AS s ON s.id = e.subscription
WHERE e.behind_position IS NOT NULL AND e.disabled_at IS NULL AND s.stopped IS NULL
    AND (s.expires_at IS NULL OR s.expires_at > $1)
LIMIT $2

-- name: caught_up
-- How far a subscription has come; null: as far as the cursor.
UPDATE webhook_endpoint SET behind_position = $2, behind_ordinal = $3 WHERE subscription = $1

-- name: notices
-- Notices that are not in the queue yet, each with a subscription that listens, or none.
SELECT n.ordinal, n.position, n.type, n.about, other.id AS subscription
FROM (SELECT * FROM webhook_notice WHERE NOT is_matched ORDER BY ordinal LIMIT $1) AS n
LEFT JOIN subscription AS a ON a.id = n.about
LEFT JOIN webhook_subscription AS other ON other.key = a.key AND other.id <> a.id AND n.type = ANY (other.types)
ORDER BY n.ordinal, other.id

-- name: notices_matched
UPDATE webhook_notice SET is_matched = true WHERE ordinal = ANY ($1::integer[])

-- name: move_cursor
UPDATE webhook_cursor SET position = $1, ordinal = $2

-- name: move_back
-- Everything behind a position is matched again; what the queue has of it stays as it is. Gives where the cursor was.
WITH known AS (
    SELECT position, ordinal FROM webhook_cursor FOR UPDATE
), moved AS (
    UPDATE webhook_cursor SET position = $1, ordinal = 2147483647 FROM known WHERE known.position > $1
), forgotten AS (
    -- Attempts at what the queue has lost would be in the way of those to come.
    DELETE FROM webhook_attempt AS a WHERE a.position > $1 AND NOT EXISTS (
        SELECT FROM webhook_delivery AS d
        WHERE d.subscription = a.subscription AND d.position = a.position AND d.ordinal = a.ordinal
    )
), made AS (
    INSERT INTO webhook_cursor (position, ordinal) SELECT $1, 2147483647 WHERE NOT EXISTS (SELECT FROM known)
)
SELECT pg_notify($2, ''), (SELECT position FROM known) AS position

-- name: enqueue
SELECT webhook_enqueue($1::text[], $2::bigint[], $3::integer[], $4::text[], $5::text[], $6, $7)

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
    RETURNING e.subscription, e.failures, e.failing_since, e.failing_told, e.succeeded_at
)
SELECT t.subscription, t.failures, t.failing_since, t.failing_told, t.succeeded_at, s.url, s.stopped, s.per_minute,
    s.concurrency, w.id IS NOT NULL AND (w.expires_at IS NULL OR w.expires_at > $4) AS in_force,
    s.id IS NOT NULL AND k.id IS NOT NULL AS known,
    (SELECT h.sealed FROM webhook_header AS h WHERE h.subscription = t.subscription) AS sealed_headers,
    ARRAY(
        SELECT x.sealed FROM webhook_secret AS x
        WHERE x.subscription = t.subscription AND (x.retires_at IS NULL OR x.retires_at > now())
        ORDER BY x.number DESC
    ) AS sealed
FROM taken AS t
LEFT JOIN subscription AS s ON s.id = t.subscription
LEFT JOIN api_key AS k ON k.id = s.key
LEFT JOIN webhook_subscription AS w ON w.id = t.subscription

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
    d.redelivery, c.body, p.label, p.organization, o.name AS organization_name
FROM (
    SELECT due.subscription, due.lane, due.next_attempt_at
    FROM webhook_lane AS due
    WHERE due.subscription = $1 AND due.next_attempt_at <= $2 AND due.lane <> ALL ($3::text[])
        AND EXISTS (
            SELECT FROM webhook_subscription AS s
            WHERE s.id = $1 AND s.stopped IS NULL AND (s.expires_at IS NULL OR s.expires_at > $2)
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

-- name: may_send
-- Whether a subscription is still to be served.
SELECT EXISTS (
    SELECT FROM webhook_subscription AS s
    WHERE s.id = $1 AND s.stopped IS NULL AND (s.expires_at IS NULL OR s.expires_at > $2)
)

-- name: redactions
SELECT position, stream, recorded_at FROM event WHERE position = ANY ($1::bigint[]) AND type = 'content.redacted'

-- name: notices_of
SELECT ordinal, type, about, noticed_at, why, status, message_position, message_ordinal, message_type
FROM webhook_notice WHERE ordinal = ANY ($1::integer[])

-- name: posts
-- What posts are called, as the query `due` calls it.
SELECT p.id AS lane, p.label, p.organization, o.name AS organization_name
FROM post AS p
LEFT JOIN organization AS o ON o.id = p.organization
WHERE p.id = ANY ($1::text[])

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
SELECT webhook_release($1, $2, $3, $4, $5, $6, $7, $8, $9)

-- name: untold
-- Endpoints that were disabled and of which the log has not been told.
SELECT subscription, disabled_at, disabled_why FROM webhook_endpoint
WHERE disabled_at IS NOT NULL AND told_position IS NULL AND disabled_why <> 'ended'
LIMIT 100

-- name: told
UPDATE webhook_endpoint SET told_position = $3 WHERE subscription = $1 AND disabled_at = $2

-- name: forget_delivered
-- The messages that were delivered longest ago, with their attempts, at most so many.
WITH old AS (
    DELETE FROM webhook_delivery AS d
    WHERE (d.subscription, d.position, d.ordinal) IN (
        SELECT o.subscription, o.position, o.ordinal FROM webhook_delivery AS o
        WHERE o.state = 'delivered' AND o.ended_at < $1
        ORDER BY o.ended_at
        LIMIT $2
        FOR UPDATE SKIP LOCKED
    )
    RETURNING d.subscription, d.position, d.ordinal
), attempts AS (
    DELETE FROM webhook_attempt AS a USING old
    WHERE (a.subscription, a.position, a.ordinal) = (old.subscription, old.position, old.ordinal)
)
SELECT count(*) FROM old

-- name: forget_notices
-- Old notices of which no message waits or is dead: those are made of them.
DELETE FROM webhook_notice AS n
WHERE n.noticed_at < $1 AND n.is_matched AND NOT EXISTS (
    SELECT FROM subscription AS a
    JOIN subscription AS other ON other.key = a.key
    JOIN webhook_delivery AS d
        ON d.subscription = other.id AND d.position = n.position AND d.ordinal = n.ordinal
    WHERE a.id = n.about AND d.state <> 'delivered'
)

-- name: ended
-- Subscriptions that ended long ago and of which there is still something in the queue.
SELECT e.subscription FROM webhook_endpoint AS e
WHERE e.disabled_why = 'ended' AND e.disabled_at < $1
LIMIT 10

-- name: forget_subscription
WITH attempts AS (
    DELETE FROM webhook_attempt WHERE subscription = $1
), deliveries AS (
    DELETE FROM webhook_delivery WHERE subscription = $1
), lanes AS (
    DELETE FROM webhook_lane WHERE subscription = $1
), headers AS (
    DELETE FROM webhook_header WHERE subscription = $1
), secrets AS (
    DELETE FROM webhook_secret WHERE subscription = $1
)
DELETE FROM webhook_endpoint WHERE subscription = $1
