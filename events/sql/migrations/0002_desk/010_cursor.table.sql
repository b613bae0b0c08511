-- How far each follower of the log has come: a hint that saves reading again, never the truth about what was done.
CREATE TABLE cursor (
    name     text   NOT NULL,
    position bigint NOT NULL,
    CONSTRAINT cursor_pkey PRIMARY KEY (name)
);
