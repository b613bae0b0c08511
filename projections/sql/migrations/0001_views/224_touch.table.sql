-- The last event that may have altered what is shown of a post: a Change, or only the words behind it.
CREATE TABLE touch (
    post     text   NOT NULL,
    position bigint NOT NULL,
    CONSTRAINT touch_pkey PRIMARY KEY (post)
);
