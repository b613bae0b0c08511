-- Puts matches into the queue (one array element each), but for subscriptions that are over. The caller holds the
-- matcher's cursor, so nobody else is matching. A match may lie before what its lane has had: the queue is rebuilt.
CREATE OR REPLACE FUNCTION webhook_enqueue(
    subscriptions text[],
    positions     bigint[],
    ordinals      integer[],
    lanes         text[],
    types         text[],
    catching_up   boolean,  -- only those that are behind; false: only those that are not; null: all
    instant       timestamptz
)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    -- Each LIMIT 1 keeps a join a look-up for each match, whatever the tables' statistics say.
    SELECT array_agg(m.subscription), array_agg(m.position), array_agg(m.ordinal), array_agg(m.lane), array_agg(m.type)
    INTO subscriptions, positions, ordinals, lanes, types
    FROM unnest(subscriptions, positions, ordinals, lanes, types)
        AS m (subscription, position, ordinal, lane, type)
    JOIN LATERAL (
        SELECT FROM webhook_subscription AS w
        WHERE w.id = m.subscription AND (w.expires_at IS NULL OR w.expires_at > instant)
        LIMIT 1
    ) AS s ON true
    LEFT JOIN LATERAL (
        SELECT known.behind_position FROM webhook_endpoint AS known
        WHERE known.subscription = m.subscription
        LIMIT 1
    ) AS e ON true
    WHERE catching_up IS NULL OR (e.behind_position IS NOT NULL) = catching_up;
    IF subscriptions IS NULL THEN
        RETURN;
    END IF;

    INSERT INTO webhook_delivery (
        subscription, position, ordinal, previous_position, previous_ordinal, lane, type
    )
    SELECT m.subscription, m.position, m.ordinal,
        coalesce(lag(m.position) OVER matched_before, l.last_position),
        coalesce(lag(m.ordinal) OVER matched_before, l.last_ordinal),
        m.lane, m.type
    FROM unnest(subscriptions, positions, ordinals, lanes, types)
        AS m (subscription, position, ordinal, lane, type)
    LEFT JOIN LATERAL (
        SELECT known.last_position, known.last_ordinal
        FROM webhook_lane AS known
        WHERE known.subscription = m.subscription AND known.lane = m.lane
            AND (known.last_position, known.last_ordinal) < (m.position, m.ordinal)
        LIMIT 1
    ) AS l ON true
    WINDOW matched_before AS (PARTITION BY m.subscription, m.lane ORDER BY m.position, m.ordinal)
    ON CONFLICT (subscription, position, ordinal) DO NOTHING;

    -- In order of the key, as webhook_record locks them: no deadlock. Who catches up may meet what was matched before.
    INSERT INTO webhook_lane AS l (subscription, lane, next_attempt_at, last_position, last_ordinal)
    SELECT DISTINCT ON (m.subscription, m.lane) m.subscription, m.lane, instant, m.position, m.ordinal
    FROM unnest(subscriptions, positions, ordinals, lanes) AS m (subscription, position, ordinal, lane)
    ORDER BY m.subscription, m.lane, m.position DESC, m.ordinal DESC
    ON CONFLICT (subscription, lane) DO UPDATE
    SET next_attempt_at = coalesce(l.next_attempt_at, excluded.next_attempt_at),
        last_position = CASE
            WHEN (l.last_position, l.last_ordinal) < (excluded.last_position, excluded.last_ordinal)
            THEN excluded.last_position ELSE l.last_position
        END,
        last_ordinal = CASE
            WHEN (l.last_position, l.last_ordinal) < (excluded.last_position, excluded.last_ordinal)
            THEN excluded.last_ordinal ELSE l.last_ordinal
        END;

    INSERT INTO webhook_endpoint AS e (subscription, due_at)
    SELECT DISTINCT m.subscription, instant FROM unnest(subscriptions) AS m (subscription) ORDER BY m.subscription
    ON CONFLICT (subscription) DO UPDATE
    SET due_at = least(e.due_at, greatest(excluded.due_at, e.paused_until))
    WHERE e.disabled_at IS NULL;

    PERFORM pg_notify('incumbent_deliveries', '');
END
$$;
