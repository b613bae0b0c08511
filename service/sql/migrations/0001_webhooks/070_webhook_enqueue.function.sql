-- Puts matched changes into the queue (one array element each) and moves the matcher's cursor. The caller holds the
-- cursor's row, so nobody else is matching.
CREATE FUNCTION webhook_enqueue(
    subscriptions text[],
    positions     bigint[],
    ordinals      integer[],
    lanes         text[],
    types         text[],
    to_position   bigint,
    to_ordinal    integer,
    instant       timestamptz
)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    UPDATE webhook_cursor SET position = to_position, ordinal = to_ordinal;
    IF cardinality(subscriptions) = 0 THEN
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
        LIMIT 1  -- keeps this a look-up for each match, whatever the table's statistics say
    ) AS l ON true
    WINDOW matched_before AS (PARTITION BY m.subscription, m.lane ORDER BY m.position, m.ordinal)
    ON CONFLICT (subscription, position, ordinal) DO NOTHING;

    -- In order of the key, as webhook_record locks them: no deadlock.
    INSERT INTO webhook_lane AS l (subscription, lane, next_attempt_at, last_position, last_ordinal)
    SELECT DISTINCT ON (m.subscription, m.lane) m.subscription, m.lane, instant, m.position, m.ordinal
    FROM unnest(subscriptions, positions, ordinals, lanes) AS m (subscription, position, ordinal, lane)
    ORDER BY m.subscription, m.lane, m.position DESC, m.ordinal DESC
    ON CONFLICT (subscription, lane) DO UPDATE
    SET next_attempt_at = coalesce(l.next_attempt_at, excluded.next_attempt_at),
        last_position = excluded.last_position,
        last_ordinal = excluded.last_ordinal;

    INSERT INTO webhook_endpoint AS e (subscription, due_at)
    SELECT DISTINCT m.subscription, instant FROM unnest(subscriptions) AS m (subscription) ORDER BY m.subscription
    ON CONFLICT (subscription) DO UPDATE
    SET due_at = least(e.due_at, greatest(excluded.due_at, e.paused_until))
    WHERE e.disabled_at IS NULL;

    PERFORM pg_notify('incumbent_deliveries', '');
END
$$;
