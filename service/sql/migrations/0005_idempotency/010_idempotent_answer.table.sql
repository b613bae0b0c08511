-- What was answered to a request that came with an Idempotency-Key, so that it can be answered again; 7 days.
CREATE TABLE idempotent_answer (
    api_key      text        NOT NULL,  -- id of who asked
    route        text        NOT NULL,  -- method and path template
    key          text        NOT NULL,  -- as the client gave it
    fingerprint  bytea       NOT NULL,  -- SHA-256 of the request
    lease        uuid        NOT NULL,  -- of who carries it out, or did
    leased_until timestamptz NOT NULL,  -- while it is in flight; later, whoever carried it out has died
    redactions   bigint      NOT NULL,  -- the last redaction that was carried out when it began
    created_at   timestamptz NOT NULL,
    status       integer,               -- null: in flight
    headers      bytea,                 -- JSON
    body         bytea,                 -- null: in flight, or withheld by a redaction
    CONSTRAINT idempotent_answer_pkey PRIMARY KEY (api_key, route, key)
);
