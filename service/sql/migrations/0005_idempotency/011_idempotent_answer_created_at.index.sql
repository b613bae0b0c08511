-- What expires.
CREATE INDEX idempotent_answer_created_at_idx ON idempotent_answer (created_at);
