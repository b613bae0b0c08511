-- Tokens that were used on a day, in UTC, by all workers together.
CREATE TABLE extraction_spending (
    day    date   NOT NULL,
    tokens bigint NOT NULL,
    CONSTRAINT extraction_spending_pkey PRIMARY KEY (day)
);
