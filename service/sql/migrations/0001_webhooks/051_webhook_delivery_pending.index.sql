-- The oldest pending messages of a lane.
CREATE INDEX webhook_delivery_pending_idx ON webhook_delivery (subscription, lane, position, ordinal)
    WHERE state = 'pending';
