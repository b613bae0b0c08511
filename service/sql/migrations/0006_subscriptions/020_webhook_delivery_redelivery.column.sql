-- It had ended before, and somebody asked for it again.
ALTER TABLE webhook_delivery ADD COLUMN redelivery boolean NOT NULL DEFAULT false;
