-- In the order in which they were recorded, for those who follow a subscription.
ALTER TABLE webhook_attempt ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY;
