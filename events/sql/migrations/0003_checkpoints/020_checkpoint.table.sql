-- Signed statements of what the log was. Never updated, never deleted.
CREATE TABLE checkpoint (
    size        bigint      NOT NULL,  -- events, so also the position of the last one
    recorded_at timestamptz NOT NULL,
    root        bytea       NOT NULL,  -- of the Merkle tree over the leaves (RFC 9162)
    chain       bytea       NOT NULL,  -- at the last event
    public_key  bytea       NOT NULL,  -- Ed25519
    signature   bytea       NOT NULL,  -- of the text in events.checkpoint
    CONSTRAINT checkpoint_pkey PRIMARY KEY (size)
);
