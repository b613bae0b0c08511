-- How far a reader of the log has come. 'projector' is the watermark: every view shows exactly the events up to it.
CREATE TABLE cursor (
    name     text   NOT NULL,
    position bigint NOT NULL,
    CONSTRAINT cursor_pkey PRIMARY KEY (name)
);
