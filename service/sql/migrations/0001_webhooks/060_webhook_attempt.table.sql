-- What was tried and what came of it.
CREATE TABLE webhook_attempt (
    subscription text        NOT NULL,
    position     bigint      NOT NULL,
    ordinal      integer     NOT NULL,
    attempt      integer     NOT NULL,  -- 1, 2, ...
    began_at     timestamptz NOT NULL,
    status       smallint,              -- null: there was no answer
    failure      text,                  -- then the kind of failure
    why          text,
    connected_ms real,                  -- since the attempt began; null: not reached, or the connection was kept
    sent_ms      real,
    answered_ms  real,
    total_ms     real        NOT NULL,
    answer       bytea,                 -- the beginning of the answer's body, kept where it was no success
    CONSTRAINT webhook_attempt_pkey PRIMARY KEY (subscription, position, ordinal, attempt),
    CONSTRAINT webhook_attempt_answer_or_failure CHECK ((status IS NULL) = (failure IS NOT NULL))
);
