-- How far a reader of the log has come. 'projector' is the watermark: every view shows exactly the events up to it.
-- The write side keeps the places of its own followers in the same table, and may have made it.
CREATE TABLE IF NOT EXISTS cursor (
    name     text   NOT NULL,
    position bigint NOT NULL,
    CONSTRAINT cursor_pkey PRIMARY KEY (name)
);
