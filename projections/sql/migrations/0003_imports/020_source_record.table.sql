-- What a source says of an entity, for [from, to) of positions, and where its record stands verbatim.
CREATE TABLE source_record (
    source         text   NOT NULL,
    kind           text   NOT NULL,  -- person, post, organization or other
    record         text   NOT NULL,  -- the source's own id
    from_position  bigint NOT NULL,
    to_position    bigint NOT NULL,
    entity         text,
    name           text   NOT NULL,
    content_hash   bytea,            -- key of the content table
    content_start  integer,          -- bytes
    content_end    integer,
    CONSTRAINT source_record_pkey PRIMARY KEY (source, kind, record, to_position)
);
