-- The dead letters of a subscription.
CREATE INDEX webhook_delivery_dead_idx ON webhook_delivery (subscription, position, ordinal) WHERE state = 'dead';
