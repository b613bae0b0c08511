-- Which entities a claim's names mean, for [from, to) of positions.
CREATE TABLE claim_resolution (
    claim         text   NOT NULL,
    from_position bigint NOT NULL,
    to_position   bigint NOT NULL,
    person        text,
    post          text,
    organization  text,
    basis         text   NOT NULL,
    CONSTRAINT claim_resolution_pkey PRIMARY KEY (claim, to_position)
);
