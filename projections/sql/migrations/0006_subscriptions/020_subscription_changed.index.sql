-- What is new, for the matcher, which holds all subscriptions in memory.
CREATE INDEX subscription_changed_idx ON subscription (changed_position);
