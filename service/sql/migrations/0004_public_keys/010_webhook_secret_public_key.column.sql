-- The public half of an ed25519 key (whpk_...), which anyone may read; null: the secret is a symmetric one.
ALTER TABLE webhook_secret ADD COLUMN public_key text;
