-- The signing secrets of subscriptions, encrypted with INCUMBENT_SECRET_KEY. Several are in force while one replaces
-- another; a message is then signed with each.
CREATE TABLE webhook_secret (
    subscription text        NOT NULL,
    number       integer     NOT NULL,  -- 1, 2, ... within the subscription
    sealed       bytea       NOT NULL,  -- Fernet token of whsec_... or whsk_...
    created_at   timestamptz NOT NULL DEFAULT now(),
    retires_at   timestamptz,           -- null: in force until another replaces it
    CONSTRAINT webhook_secret_pkey PRIMARY KEY (subscription, number)
);
