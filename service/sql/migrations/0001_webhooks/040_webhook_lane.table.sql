-- The messages of one post for one subscription, which arrive in order: one at a time is on its way.
CREATE TABLE webhook_lane (
    subscription    text        NOT NULL,
    lane            text        NOT NULL,  -- post id
    next_attempt_at timestamptz,           -- of its oldest pending message; null: none is pending
    last_position   bigint      NOT NULL,  -- the last change matched: the next one names it as previous
    last_ordinal    integer     NOT NULL,
    CONSTRAINT webhook_lane_pkey PRIMARY KEY (subscription, lane)
);
