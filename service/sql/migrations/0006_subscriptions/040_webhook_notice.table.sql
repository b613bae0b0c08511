-- What the owner of a subscription is told about it through another one of the same key. In webhook_delivery a notice
-- has the position up to which the views had come, and its number as ordinal: below 0, where no Change has one.
CREATE TABLE webhook_notice (
    ordinal          integer     NOT NULL GENERATED ALWAYS AS IDENTITY (MINVALUE -2147483648 START WITH -2147483648),
    position         bigint      NOT NULL,
    type             text        NOT NULL,  -- endpoint.failing, message.dead, subscription.disabled
    about            text        NOT NULL,  -- subscription
    noticed_at       timestamptz NOT NULL,
    why              text,                  -- gone, failing; of a message, the kind of its last failure
    status           smallint,              -- of the last answer to a dead message
    message_position bigint,                -- of a dead message
    message_ordinal  integer,
    message_type     text,
    is_matched       boolean     NOT NULL DEFAULT false,
    CONSTRAINT webhook_notice_pkey PRIMARY KEY (ordinal)
);
