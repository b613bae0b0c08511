-- Drafts that were checked and are to be kept, with the answer: private to the key, and gone when it deletes them.
CREATE TABLE kept_check (
    id         bytea       NOT NULL,  -- digest of the receipt
    key        text        NOT NULL,  -- id of the API key
    draft      bytea       NOT NULL,  -- UTF-8
    answer     bytea       NOT NULL,  -- JSON
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT kept_check_pkey PRIMARY KEY (id)
);
