-- Taking work: the endpoints that are due, the longest waiting first.
CREATE INDEX webhook_endpoint_due_at_idx ON webhook_endpoint (due_at) WHERE due_at IS NOT NULL;
