-- Forgets idempotency keys that have expired, at most so many at a time, and says how many went.
CREATE FUNCTION log_forget_keys(at_most integer)
RETURNS bigint
LANGUAGE sql
SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
    WITH gone AS (
        DELETE FROM append_key
        WHERE key IN (
            SELECT k.key FROM append_key AS k WHERE k.expires_at <= clock_timestamp()
            ORDER BY k.expires_at LIMIT at_most FOR UPDATE SKIP LOCKED
        )
        RETURNING 1
    )
    SELECT count(*) FROM gone
$$;
