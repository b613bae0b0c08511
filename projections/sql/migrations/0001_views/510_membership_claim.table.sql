-- The claims behind a membership, with the positions for which they were: an attestation that moves no boundary
-- writes one row here and none in membership. attested is the claim's publication day, where it lies within the
-- membership's first and last; those of links younger than the membership's row widen what the row says.
CREATE TABLE membership_claim (
    membership    bigint NOT NULL,
    from_position bigint NOT NULL,
    to_position   bigint NOT NULL,
    claim         text   NOT NULL,
    attested      date,
    CONSTRAINT membership_claim_pkey PRIMARY KEY (membership, to_position, claim)
);
