-- Records what came of some attempts (one array element each, at most one a lane). retry_ats: when the message is to be
-- tried again; null where it has ended, and the lane goes on with the next one that is pending.
--
-- The lanes are locked before anything is read: a change that is being matched at the same moment is then either seen
-- here or makes the lane due itself.
CREATE OR REPLACE FUNCTION webhook_record(
    subscriptions text[],
    positions     bigint[],
    ordinals      integer[],
    lanes         text[],
    states        text[],
    strikes_now   integer[],
    retry_ats     timestamptz[],
    began_ats     timestamptz[],
    statuses      smallint[],
    failures      text[],
    whys          text[],
    connected_mss real[],
    sent_mss      real[],
    answered_mss  real[],
    total_mss     real[],
    answers       bytea[],
    instant       timestamptz
)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM FROM webhook_lane AS l
    JOIN unnest(subscriptions, lanes) AS r (subscription, lane)
        ON r.subscription = l.subscription AND r.lane = l.lane
    ORDER BY l.subscription, l.lane
    FOR UPDATE OF l;

    WITH result AS (
        SELECT * FROM unnest(
            subscriptions, positions, ordinals, states, strikes_now, began_ats, statuses, failures, whys,
            connected_mss, sent_mss, answered_mss, total_mss, answers
        ) AS r (
            subscription, position, ordinal, state, strikes, began_at, status, failure, why,
            connected_ms, sent_ms, answered_ms, total_ms, answer
        )
    ), delivery AS (
        UPDATE webhook_delivery AS d
        SET state = r.state,
            strikes = r.strikes,
            attempts = d.attempts + 1,
            attempted_at = r.began_at,
            ended_at = CASE WHEN r.state <> 'pending' THEN instant END
        FROM result AS r
        WHERE d.subscription = r.subscription AND d.position = r.position AND d.ordinal = r.ordinal
            AND d.state = 'pending'
        RETURNING d.subscription, d.position, d.ordinal, d.attempts
    )
    INSERT INTO webhook_attempt (
        subscription, position, ordinal, attempt, began_at, status, failure, why,
        connected_ms, sent_ms, answered_ms, total_ms, answer
    )
    SELECT r.subscription, r.position, r.ordinal, d.attempts, r.began_at, r.status, r.failure, r.why,
        r.connected_ms, r.sent_ms, r.answered_ms, r.total_ms, r.answer
    FROM result AS r
    JOIN delivery AS d ON d.subscription = r.subscription AND d.position = r.position AND d.ordinal = r.ordinal;

    IF 'dead' = ANY (states) THEN
        PERFORM webhook_notify(
            'message.dead', d.subscription, r.failure, r.status, d.position, d.ordinal, d.type, instant
        )
        FROM unnest(subscriptions, positions, ordinals, states, statuses, failures)
            AS r (subscription, position, ordinal, state, status, failure)
        JOIN webhook_delivery AS d
            ON d.subscription = r.subscription AND d.position = r.position AND d.ordinal = r.ordinal
        WHERE r.state = 'dead' AND d.ordinal >= 0;  -- nobody is told that a notice is dead
    END IF;

    UPDATE webhook_lane AS l
    SET next_attempt_at = CASE
        WHEN r.retry_at IS NOT NULL THEN r.retry_at
        WHEN EXISTS (
            SELECT FROM webhook_delivery AS d
            WHERE d.subscription = l.subscription AND d.lane = l.lane AND d.state = 'pending'
        ) THEN instant
    END
    FROM unnest(subscriptions, lanes, retry_ats) AS r (subscription, lane, retry_at)
    WHERE l.subscription = r.subscription AND l.lane = r.lane;
END
$$;
