-- Secrets with which newsroom systems sign what they push, encrypted with INCUMBENT_SECRET_KEY.
CREATE TABLE push_secret (
    key        text        NOT NULL,  -- id of the API key
    sealed     bytea       NOT NULL,  -- Fernet token
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT push_secret_pkey PRIMARY KEY (key)
);
