-- Headers that a subscriber wants with each request, encrypted with INCUMBENT_SECRET_KEY: they may hold credentials.
CREATE TABLE webhook_header (
    subscription text  NOT NULL,
    sealed       bytea NOT NULL,  -- Fernet token of JSON: {name: value}
    CONSTRAINT webhook_header_pkey PRIMARY KEY (subscription)
);
