-- The oldest are forgotten first.
CREATE INDEX webhook_notice_noticed_idx ON webhook_notice (noticed_at);
