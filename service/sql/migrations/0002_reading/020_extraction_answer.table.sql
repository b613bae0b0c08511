-- What an extractor's endpoint answered, so that the same text is not paid for twice. It holds quotes, so whoever
-- redacts an article takes its answers too (extraction_use).
CREATE TABLE extraction_answer (
    id         bytea       NOT NULL,  -- SHA-256 of text, day of publication, model, version of the prompt
    answer     bytea       NOT NULL,  -- the response's body
    created_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT extraction_answer_pkey PRIMARY KEY (id)
);
