-- The last attempts of a subscription.
CREATE INDEX webhook_attempt_number_idx ON webhook_attempt (subscription, number);
