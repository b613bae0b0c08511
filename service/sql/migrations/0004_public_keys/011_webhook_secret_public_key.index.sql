CREATE INDEX webhook_secret_public_key ON webhook_secret (created_at) WHERE public_key IS NOT NULL;
