CREATE TABLE organization (
    id               text   NOT NULL,
    name             text   NOT NULL,
    created_position bigint NOT NULL,
    CONSTRAINT organization_pkey PRIMARY KEY (id)
);
