-- Subscriptions that are not over: neither deleted, nor is their key revoked or without the scope. Whether the key has
-- expired is for the reader to ask, who has the clock.
CREATE VIEW webhook_subscription AS
SELECT s.id, s.key, s.url, s.types, s.stopped, s.per_minute, s.concurrency, s.created_position, k.expires_at
FROM subscription AS s
JOIN api_key AS k ON k.id = s.key
WHERE s.deleted_position IS NULL AND k.revoked_position IS NULL
    AND ('subscribe' = ANY (k.scopes) OR 'admin' = ANY (k.scopes));
