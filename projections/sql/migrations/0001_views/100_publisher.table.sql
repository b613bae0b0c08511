CREATE TABLE publisher (
    id               text    NOT NULL,
    name             text    NOT NULL,
    trusted          boolean NOT NULL,
    created_position bigint  NOT NULL,
    CONSTRAINT publisher_pkey PRIMARY KEY (id)
);
