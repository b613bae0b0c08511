-- name: claim
-- The lease, where the key is free: never used, expired, or left behind by somebody who died over the same request.
INSERT INTO idempotent_answer AS a (api_key, route, key, fingerprint, lease, leased_until, redactions, created_at)
VALUES ($1, $2, $3, $4, $5, now() + $6::interval,
    coalesce((SELECT position FROM cursor WHERE name = 'redaction'), 0), now())
ON CONFLICT (api_key, route, key) DO UPDATE
SET fingerprint = excluded.fingerprint, lease = excluded.lease, leased_until = excluded.leased_until,
    redactions = excluded.redactions, created_at = excluded.created_at, status = NULL, headers = NULL, body = NULL
WHERE a.created_at < now() - $7::interval
    OR (a.status IS NULL AND a.leased_until < now() AND a.fingerprint = excluded.fingerprint)
RETURNING lease

-- name: found
SELECT fingerprint, status, headers, body FROM idempotent_answer
WHERE api_key = $1 AND route = $2 AND key = $3

-- name: keep
-- The answer, without its body if a redaction was carried out meanwhile: it may hold words that are no more.
-- The lock lets no redaction come to its end between the look at it and the writing.
WITH redaction AS (SELECT position FROM cursor WHERE name = 'redaction' FOR SHARE)
UPDATE idempotent_answer AS a
SET status = $5, headers = $6, body = CASE WHEN r.position = a.redactions THEN $7::bytea END
FROM redaction AS r
WHERE a.api_key = $1 AND a.route = $2 AND a.key = $3 AND a.lease = $4

-- name: release
DELETE FROM idempotent_answer WHERE api_key = $1 AND route = $2 AND key = $3 AND lease = $4 AND status IS NULL

-- name: withhold
UPDATE idempotent_answer SET body = NULL WHERE body IS NOT NULL

-- name: forget
DELETE FROM idempotent_answer WHERE created_at < now() - $1::interval
