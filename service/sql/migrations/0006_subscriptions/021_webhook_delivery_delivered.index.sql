-- What was delivered longest ago is forgotten first.
CREATE INDEX webhook_delivery_delivered_idx ON webhook_delivery (ended_at) WHERE state = 'delivered';
