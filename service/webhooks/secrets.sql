-- name: lock
-- One rotation of a subscription at a time.
SELECT pg_advisory_xact_lock(hashtextextended('webhook_secret ' || $1, 0))

-- name: in_force
SELECT number, public_key, created_at, retires_at FROM webhook_secret
WHERE subscription = $1 AND (retires_at IS NULL OR retires_at > now())
ORDER BY number DESC

-- name: retire_all
UPDATE webhook_secret SET retires_at = least(retires_at, $2)
WHERE subscription = $1 AND (retires_at IS NULL OR retires_at > now())

-- name: add
INSERT INTO webhook_secret (subscription, number, sealed, public_key)
SELECT $1, coalesce(max(number), 0) + 1, $2, $3 FROM webhook_secret WHERE subscription = $1
RETURNING number

-- name: retire
UPDATE webhook_secret SET retires_at = now()
WHERE subscription = $1 AND number = $2 AND (retires_at IS NULL OR retires_at > now())
RETURNING number

-- name: public_keys
SELECT s.public_key, s.created_at, s.retires_at
FROM webhook_secret AS s JOIN subscription AS u ON u.id = s.subscription
WHERE s.public_key IS NOT NULL AND (s.retires_at IS NULL OR s.retires_at > now()) AND u.deleted_position IS NULL
    AND ($1::text IS NULL OR s.subscription = $1)
ORDER BY s.created_at DESC, s.public_key
LIMIT 1000

-- name: webhook_secrets
SELECT subscription, number, sealed FROM webhook_secret FOR UPDATE

-- name: reseal
UPDATE webhook_secret SET sealed = $3 WHERE subscription = $1 AND number = $2

-- name: push_secrets
SELECT key, sealed FROM push_secret FOR UPDATE

-- name: reseal_push
UPDATE push_secret SET sealed = $2 WHERE key = $1

-- name: webhook_headers
SELECT subscription, sealed FROM webhook_header FOR UPDATE

-- name: reseal_headers
UPDATE webhook_header SET sealed = $2 WHERE subscription = $1
