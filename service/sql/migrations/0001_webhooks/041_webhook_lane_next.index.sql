-- The lanes of an endpoint that are due, the longest waiting first.
CREATE INDEX webhook_lane_next_idx ON webhook_lane (subscription, next_attempt_at) WHERE next_attempt_at IS NOT NULL;
