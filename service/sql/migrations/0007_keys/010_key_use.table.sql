-- When each API key was last used, to some ten seconds.
CREATE TABLE key_use (
    key          text        NOT NULL,  -- id of the API key
    last_used_at timestamptz NOT NULL,
    CONSTRAINT key_use_pkey PRIMARY KEY (key)
);
