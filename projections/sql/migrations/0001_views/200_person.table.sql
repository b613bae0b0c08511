CREATE TABLE person (
    id               text   NOT NULL,
    name             text   NOT NULL,
    created_position bigint NOT NULL,
    CONSTRAINT person_pkey PRIMARY KEY (id)
);
