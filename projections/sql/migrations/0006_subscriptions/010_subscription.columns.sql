-- How a subscription wants to be served, and whether it is.
ALTER TABLE subscription
    ADD COLUMN from_position    bigint,   -- it hears of what came behind that; null: behind created_position
    ADD COLUMN per_minute       integer,  -- messages at most; null: as many as come
    ADD COLUMN concurrency      integer,  -- requests at the same time; null: the service's default
    ADD COLUMN stopped          text,     -- unconfirmed, paused, disabled; null: it is being served
    ADD COLUMN stopped_why      text,     -- gone, failing; null where it is not disabled
    ADD COLUMN resumed_position bigint,   -- of the last event that let it go on
    ADD COLUMN changed_position bigint;   -- of the last event about it
