-- Verbatim text (article bodies, originals, editors' notes), the only place that holds any.
-- hash is SHA-256 of salt and body; a redaction sets salt and body to null and the row stays.
CREATE TABLE content (
    hash       bytea  NOT NULL,
    salt       bytea,
    media_type text   NOT NULL,
    body       bytea,
    position   bigint NOT NULL,  -- of the first event of the append that brought it
    CONSTRAINT content_pkey PRIMARY KEY (hash),
    CONSTRAINT content_redacted_whole CHECK ((salt IS NULL) = (body IS NULL))
);
