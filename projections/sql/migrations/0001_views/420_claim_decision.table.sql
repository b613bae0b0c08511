-- What became of a claim, for [from, to) of positions.
CREATE TABLE claim_decision (
    claim         text   NOT NULL,
    from_position bigint NOT NULL,
    to_position   bigint NOT NULL,
    state         text   NOT NULL,
    checked_by    text   NOT NULL,
    rule          text   NOT NULL,  -- of the policy
    actor         text   NOT NULL,
    note_hash     bytea,            -- key of the content table
    CONSTRAINT claim_decision_pkey PRIMARY KEY (claim, to_position)
);
