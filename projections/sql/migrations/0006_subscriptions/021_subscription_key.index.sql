-- The subscriptions of a key, in the order in which they were made.
CREATE INDEX subscription_key_idx ON subscription (key, created_position);
