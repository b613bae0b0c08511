-- A change that a subscription is to hear of. The message is made from the table change when it is sent, so nothing
-- that a redaction must reach is here; its id is made of this row's key.
CREATE TABLE webhook_delivery (
    subscription      text        NOT NULL,
    position          bigint      NOT NULL,  -- of the change
    ordinal           integer     NOT NULL,
    previous_position bigint,                -- of the change matched before it in the lane; null: it is the first
    previous_ordinal  integer,
    attempted_at      timestamptz,           -- when the last attempt began
    ended_at          timestamptz,           -- when it was delivered or given up
    attempts          integer     NOT NULL DEFAULT 0,
    strikes           integer     NOT NULL DEFAULT 0,  -- failures that were the message's fault
    lane              text        NOT NULL,
    type              text        NOT NULL,
    state             text        NOT NULL DEFAULT 'pending',
    CONSTRAINT webhook_delivery_pkey PRIMARY KEY (subscription, position, ordinal),
    CONSTRAINT webhook_delivery_state_known CHECK (state IN ('pending', 'delivered', 'dead')),
    CONSTRAINT webhook_delivery_pending_has_no_end CHECK ((state = 'pending') = (ended_at IS NULL))
);
