-- Keeps a notice about a subscription for the others of its key, where one of them listens; the matcher queues it.
CREATE FUNCTION webhook_notify(
    of_type     text,
    of_about    text,
    reason      text,
    answered    smallint,
    of_position bigint,
    of_ordinal  integer,
    sent_type   text,
    instant     timestamptz
)
RETURNS void
LANGUAGE sql
AS $$
    INSERT INTO webhook_notice (
        position, type, about, noticed_at, why, status, message_position, message_ordinal, message_type
    )
    SELECT w.position, of_type, of_about, instant, reason, answered, of_position, of_ordinal, sent_type
    FROM cursor AS w
    WHERE w.name = 'projector' AND EXISTS (
        SELECT FROM subscription AS a JOIN webhook_subscription AS other ON other.key = a.key
        WHERE a.id = of_about AND other.id <> a.id AND of_type = ANY (other.types)
    )
$$;
