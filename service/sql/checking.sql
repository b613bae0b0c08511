-- Checks that were to be kept.

-- name: keep
INSERT INTO kept_check (id, key, draft, answer) VALUES ($1, $2, $3, $4)

-- name: kept
SELECT draft, answer FROM kept_check WHERE id = $1 AND key = $2

-- name: forget
DELETE FROM kept_check WHERE id = $1 AND key = $2
