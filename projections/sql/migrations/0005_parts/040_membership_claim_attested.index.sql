-- How far the links that are younger than a membership's row widen its days.
CREATE INDEX membership_claim_attested_idx ON membership_claim (membership, to_position, attested, from_position);
