-- Idempotency keys of appends and the answers they got; kept for 7 days.
CREATE TABLE append_key (
    key            text        NOT NULL,
    fingerprint    bytea       NOT NULL,
    first_position bigint      NOT NULL,
    last_position  bigint      NOT NULL,
    expires_at     timestamptz NOT NULL,
    CONSTRAINT append_key_pkey PRIMARY KEY (key)
);
