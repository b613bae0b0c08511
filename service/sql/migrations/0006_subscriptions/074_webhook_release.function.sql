-- Gives an endpoint back with its health, due when its next lane is, but not before its pause is over. Does nothing
-- where the lease was lost. Its row is locked before the lanes are read: a change that is being matched at the same
-- moment is then either seen here or makes the endpoint due itself. One that is disabled is not matched any more; should
-- it be resumed it catches up from where the matcher's cursor is seen to be now, so that nothing lies in between.
CREATE FUNCTION webhook_release(
    of_subscription text,
    of_worker       uuid,
    pause           timestamptz,
    failures_now    integer,
    failing         timestamptz,
    succeeded       timestamptz,
    disabled        text,
    failing_known   boolean,  -- its owner has been told that it is failing
    instant         timestamptz
)
RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    next timestamptz;
    was_told boolean;
BEGIN
    SELECT e.failing_told INTO was_told FROM webhook_endpoint AS e
    WHERE e.subscription = of_subscription AND e.worker = of_worker
    FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;

    IF disabled IS NULL THEN
        SELECT min(l.next_attempt_at) INTO next FROM webhook_lane AS l
        WHERE l.subscription = of_subscription AND l.next_attempt_at IS NOT NULL;
        next := CASE WHEN next IS NOT NULL THEN greatest(next, pause) END;
    END IF;

    UPDATE webhook_endpoint AS e
    SET due_at = next,
        worker = NULL,
        leased_until = NULL,
        paused_until = pause,
        failures = failures_now,
        failing_since = failing,
        succeeded_at = succeeded,
        failing_told = failing_known,
        disabled_at = CASE WHEN disabled IS NOT NULL THEN instant END,
        disabled_why = disabled,
        told_position = NULL,
        behind_position = coalesce(e.behind_position, CASE WHEN disabled IS NOT NULL THEN c.position END),
        behind_ordinal = coalesce(e.behind_ordinal, CASE WHEN disabled IS NOT NULL THEN c.ordinal END)
    FROM webhook_cursor AS c
    WHERE e.subscription = of_subscription;

    IF disabled IS NOT NULL AND disabled <> 'ended' THEN
        PERFORM webhook_notify(
            'subscription.disabled', of_subscription, disabled, NULL, NULL, NULL, NULL, instant
        );
    ELSIF failing_known AND NOT was_told THEN
        PERFORM webhook_notify('endpoint.failing', of_subscription, NULL, NULL, NULL, NULL, NULL, instant);
    END IF;

    IF next <= instant THEN
        PERFORM pg_notify('incumbent_deliveries', '');
    END IF;
END
$$;
