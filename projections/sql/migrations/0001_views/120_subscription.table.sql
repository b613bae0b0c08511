CREATE TABLE subscription (
    id               text   NOT NULL,
    url              text   NOT NULL,
    key              text   NOT NULL,  -- id of the key that made it
    types            text[] NOT NULL,
    filter           bytea  NOT NULL,  -- JSON of a SubscriptionFilter
    description      text   NOT NULL,
    created_position bigint NOT NULL,
    deleted_position bigint,
    CONSTRAINT subscription_pkey PRIMARY KEY (id)
);
