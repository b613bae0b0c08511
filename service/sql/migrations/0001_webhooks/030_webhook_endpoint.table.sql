-- Where a subscription's messages go, and how it has been answering. A worker takes the whole endpoint: that keeps its
-- lanes in order and its pauses in one hand.
CREATE TABLE webhook_endpoint (
    subscription  text        NOT NULL,
    due_at        timestamptz,           -- when there is something to do for it; null: nothing is pending
    leased_until  timestamptz,           -- by the database's clock; null or past: anybody may take it
    worker        uuid,                  -- who has the lease
    paused_until  timestamptz,           -- it failed; then one message probes it
    failures      integer     NOT NULL DEFAULT 0,  -- in a row
    failing_since timestamptz,
    succeeded_at  timestamptz,
    disabled_at   timestamptz,
    disabled_why  text,                  -- gone: it answered 410; ended: deleted, or its key is no longer valid
    CONSTRAINT webhook_endpoint_pkey PRIMARY KEY (subscription),
    CONSTRAINT webhook_endpoint_lease_has_a_worker CHECK ((worker IS NULL) = (leased_until IS NULL)),
    CONSTRAINT webhook_endpoint_disabled_is_never_due CHECK (disabled_at IS NULL OR due_at IS NULL)
);
