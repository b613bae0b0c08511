-- How far the matcher has come in the table change. Its one row is what one matcher at a time holds.
CREATE TABLE webhook_cursor (
    id       integer NOT NULL DEFAULT 1,
    position bigint  NOT NULL,
    ordinal  integer NOT NULL,
    CONSTRAINT webhook_cursor_pkey PRIMARY KEY (id),
    CONSTRAINT webhook_cursor_one_row CHECK (id = 1)
);
