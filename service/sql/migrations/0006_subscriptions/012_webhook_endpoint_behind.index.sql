-- Those that have to catch up.
CREATE INDEX webhook_endpoint_behind_idx ON webhook_endpoint (subscription) WHERE behind_position IS NOT NULL;
