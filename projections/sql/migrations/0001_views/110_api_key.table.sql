CREATE TABLE api_key (
    id               text   NOT NULL,
    subject          text   NOT NULL,
    prefix           text   NOT NULL,
    secret_hash      bytea  NOT NULL,  -- SHA-256
    scopes           text[] NOT NULL,
    publishers       text[] NOT NULL,  -- ids; the first is the default
    expires_at       timestamptz,
    created_position bigint NOT NULL,
    revoked_position bigint,
    CONSTRAINT api_key_pkey PRIMARY KEY (id)
);
