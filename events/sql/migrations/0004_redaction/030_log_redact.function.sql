-- Carries out the redaction recorded at a position: deletes text and salt of the contents that it names, and says how
-- many went. Nothing can be deleted that no event names. Doing it again does nothing.
CREATE FUNCTION log_redact(at_position bigint)
RETURNS bigint
LANGUAGE sql
SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
    WITH named AS (
        SELECT DISTINCT decode(jsonb_array_elements_text(convert_from(e.payload, 'UTF8')::jsonb -> 'contents'), 'hex')
            AS hash
        FROM event AS e
        WHERE e.position = at_position AND e.type = 'content.redacted'
    ), gone AS (
        UPDATE content AS c SET salt = NULL, body = NULL
        FROM named
        WHERE c.hash = named.hash AND c.body IS NOT NULL AND c.position < at_position
        RETURNING 1
    )
    SELECT count(*) FROM gone
$$;
