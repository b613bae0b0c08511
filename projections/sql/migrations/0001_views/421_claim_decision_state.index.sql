-- The review queue, oldest first.
CREATE INDEX claim_decision_state_idx ON claim_decision (state, to_position, from_position, claim);
