ALTER TABLE webhook_endpoint
    ADD COLUMN behind_position bigint,   -- how far it was matched where that is not as far as all others: it catches up
    ADD COLUMN behind_ordinal  integer,  -- when it is not stopped; null: it is matched with the others
    ADD COLUMN told_position   bigint,   -- of the event that says that it was disabled
    ADD COLUMN failing_told    boolean NOT NULL DEFAULT false;  -- its owner was told that it has been failing
