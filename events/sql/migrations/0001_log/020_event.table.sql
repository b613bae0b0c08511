-- The log. A row is never updated, save by a redaction, which leaves payload_hash in place of salt and payload.
CREATE TABLE event (
    position       bigint      NOT NULL,  -- gapless, in commit order
    version        bigint      NOT NULL,  -- within the stream, from 1
    recorded_at    timestamptz NOT NULL,  -- never goes backwards
    id             uuid        NOT NULL,
    correlation    uuid        NOT NULL,  -- id of the first event of the chain
    cause          uuid,                  -- id of the event that led to this one
    schema_version smallint    NOT NULL,
    stream         text        NOT NULL,  -- category-ULID
    type           text        NOT NULL,
    actor          text        NOT NULL,
    salt           bytea,
    payload        bytea,                 -- JSON in UTF-8
    payload_hash   bytea,                 -- SHA-256 of salt and payload, only where those were redacted
    leaf           bytea       NOT NULL,  -- see log_append
    chain          bytea       NOT NULL,  -- SHA-256 of the previous event's chain and this leaf
    CONSTRAINT event_pkey PRIMARY KEY (position),
    CONSTRAINT event_stream_version_key UNIQUE (stream, version),
    CONSTRAINT event_id_key UNIQUE (id),
    CONSTRAINT event_payload_or_hash CHECK ((payload IS NULL) = (payload_hash IS NOT NULL))
);
