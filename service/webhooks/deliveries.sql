-- name: list
-- Messages of a subscription, newest first, before one of them ($3, $4).
SELECT d.position, d.ordinal, d.previous_position, d.previous_ordinal, d.lane, d.type, d.state, d.attempts, d.redelivery,
    d.attempted_at, d.ended_at,
    CASE WHEN d.state = 'pending' THEN (
        SELECT l.next_attempt_at FROM webhook_lane AS l WHERE l.subscription = d.subscription AND l.lane = d.lane
    ) END AS next_attempt_at
FROM webhook_delivery AS d
WHERE d.subscription = $1 AND ($2::text IS NULL OR d.state = $2) AND (d.position, d.ordinal) < ($3, $4)
ORDER BY d.position DESC, d.ordinal DESC
LIMIT $5

-- name: dead
-- The same of dead letters, which have an index of their own.
SELECT d.position, d.ordinal, d.previous_position, d.previous_ordinal, d.lane, d.type, d.state, d.attempts, d.redelivery,
    d.attempted_at, d.ended_at, NULL::timestamptz AS next_attempt_at
FROM webhook_delivery AS d
WHERE d.subscription = $1 AND d.state = 'dead' AND (d.position, d.ordinal) < ($2, $3)
ORDER BY d.position DESC, d.ordinal DESC
LIMIT $4

-- name: one
SELECT d.position, d.ordinal, d.previous_position, d.previous_ordinal, d.lane, d.type, d.state, d.attempts, d.redelivery,
    d.attempted_at, d.ended_at,
    CASE WHEN d.state = 'pending' THEN (
        SELECT l.next_attempt_at FROM webhook_lane AS l WHERE l.subscription = d.subscription AND l.lane = d.lane
    ) END AS next_attempt_at
FROM webhook_delivery AS d
WHERE d.subscription = $1 AND d.position = $2 AND d.ordinal = $3

-- name: attempts
SELECT a.attempt, a.began_at, a.status, a.failure, a.why, a.connected_ms, a.sent_ms, a.answered_ms, a.total_ms, a.answer
FROM webhook_attempt AS a
WHERE a.subscription = $1 AND a.position = $2 AND a.ordinal = $3
ORDER BY a.attempt DESC
LIMIT 100

-- name: told
-- The attempts of a subscription behind one of them, as they were recorded.
SELECT a.number, a.position, a.ordinal, a.attempt, a.began_at, a.status, a.failure, a.why, a.connected_ms, a.sent_ms,
    a.answered_ms, a.total_ms, d.type, d.lane, d.state
FROM webhook_attempt AS a
LEFT JOIN webhook_delivery AS d
    ON d.subscription = a.subscription AND d.position = a.position AND d.ordinal = a.ordinal
WHERE a.subscription = $1 AND a.number > $2
ORDER BY a.number
LIMIT $3

-- name: last_told
SELECT coalesce(max(a.number), 0) FROM webhook_attempt AS a WHERE a.subscription = $1

-- name: health
SELECT coalesce((SELECT max(l.position) FROM change AS l), 0) AS last_change, e.behind_position, e.failures, e.failing_since, e.succeeded_at, e.paused_until,
    e.disabled_at, c.position AS cursor_position
FROM webhook_cursor AS c
LEFT JOIN webhook_endpoint AS e ON e.subscription = $1

-- name: recent
-- How the last attempts went.
SELECT count(*) AS attempts, count(*) FILTER (WHERE r.status BETWEEN 200 AND 299) AS successes
FROM (
    SELECT a.status FROM webhook_attempt AS a WHERE a.subscription = $1 ORDER BY a.number DESC LIMIT $2
) AS r

-- name: pending
-- How many messages wait, at most so many.
SELECT count(*) FROM (
    SELECT FROM webhook_delivery AS d WHERE d.subscription = $1 AND d.state = 'pending' LIMIT $2
) AS p

-- name: oldest
-- The oldest pending message, by the oldest of each lane.
SELECT d.position, d.ordinal, d.type, d.lane
FROM webhook_lane AS l
CROSS JOIN LATERAL (
    SELECT p.position, p.ordinal, p.type, p.lane FROM webhook_delivery AS p
    WHERE p.subscription = l.subscription AND p.lane = l.lane AND p.state = 'pending'
    ORDER BY p.position, p.ordinal
    LIMIT 1
) AS d
WHERE l.subscription = $1 AND l.next_attempt_at IS NOT NULL
ORDER BY d.position, d.ordinal
LIMIT 1

-- name: dead_letters
SELECT count(*) FROM (
    SELECT FROM webhook_delivery AS d WHERE d.subscription = $1 AND d.state = 'dead' LIMIT $2
) AS p

-- name: retry
SELECT webhook_retry($1, $2::bigint[], $3::integer[], $4::text[], $5, $6::text[], $7::text[], $8, $9)
