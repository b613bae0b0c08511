-- Whose a fingerprint is: the first to reserve it. The stream is named by the fingerprint.
CREATE TABLE reserved_name (
    stream   text   NOT NULL,
    kind     text   NOT NULL,  -- person, post or organization
    entity   text   NOT NULL,
    position bigint NOT NULL,
    CONSTRAINT reserved_name_pkey PRIMARY KEY (stream)
);
