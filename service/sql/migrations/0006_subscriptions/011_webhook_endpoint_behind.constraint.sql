ALTER TABLE webhook_endpoint ADD CONSTRAINT webhook_endpoint_behind_is_a_change
CHECK ((behind_position IS NULL) = (behind_ordinal IS NULL));
