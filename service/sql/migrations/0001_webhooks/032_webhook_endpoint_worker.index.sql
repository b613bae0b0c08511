-- Renewing what a worker holds.
CREATE INDEX webhook_endpoint_worker_idx ON webhook_endpoint (worker) WHERE worker IS NOT NULL;
