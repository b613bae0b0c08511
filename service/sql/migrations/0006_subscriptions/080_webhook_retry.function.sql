-- Makes messages that have ended pending again, at most so many of them, oldest first; gives how many.
-- The lanes are locked first, in order of the key, as everywhere.
CREATE FUNCTION webhook_retry(
    of_subscription text,
    of_positions    bigint[],   -- of messages, with of_ordinals; null: any
    of_ordinals     integer[],
    of_states       text[],     -- dead, delivered
    since           bigint,     -- behind that position; null: any
    of_types        text[],     -- null: any
    of_lanes        text[],     -- null: any
    at_most         integer,
    instant         timestamptz
)
RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
    chosen_positions bigint[];
    chosen_ordinals  integer[];
    chosen_lanes     text[];
    again            integer;
BEGIN
    SELECT array_agg(c.position), array_agg(c.ordinal), array_agg(DISTINCT c.lane)
    INTO chosen_positions, chosen_ordinals, chosen_lanes
    FROM (
        SELECT d.position, d.ordinal, d.lane
        FROM webhook_delivery AS d
        WHERE d.subscription = of_subscription AND d.state = ANY (of_states)
            AND (since IS NULL OR d.position > since)
            AND (of_types IS NULL OR d.type = ANY (of_types))
            AND (of_lanes IS NULL OR d.lane = ANY (of_lanes))
            AND (
                of_positions IS NULL OR (d.position, d.ordinal) IN (
                    SELECT m.position, m.ordinal FROM unnest(of_positions, of_ordinals) AS m (position, ordinal)
                )
            )
        ORDER BY d.position, d.ordinal
        LIMIT at_most
    ) AS c;
    IF chosen_positions IS NULL THEN
        RETURN 0;
    END IF;

    PERFORM FROM webhook_lane AS l
    WHERE l.subscription = of_subscription AND l.lane = ANY (chosen_lanes)
    ORDER BY l.subscription, l.lane
    FOR UPDATE;

    UPDATE webhook_delivery AS d
    SET state = 'pending', ended_at = NULL, strikes = 0, attempted_at = NULL, redelivery = true
    FROM unnest(chosen_positions, chosen_ordinals) AS m (position, ordinal)
    WHERE d.subscription = of_subscription AND d.position = m.position AND d.ordinal = m.ordinal
        AND d.state <> 'pending';
    GET DIAGNOSTICS again = ROW_COUNT;

    UPDATE webhook_lane AS l
    SET next_attempt_at = coalesce(l.next_attempt_at, instant)
    WHERE l.subscription = of_subscription AND l.lane = ANY (chosen_lanes);

    UPDATE webhook_endpoint AS e
    SET due_at = least(e.due_at, greatest(instant, e.paused_until))
    WHERE e.subscription = of_subscription AND e.disabled_at IS NULL;

    PERFORM pg_notify('incumbent_deliveries', '');
    RETURN again;
END
$$;
