-- Those that were disabled and whose event is still to be appended.
CREATE INDEX webhook_endpoint_untold_idx ON webhook_endpoint (subscription)
WHERE disabled_at IS NOT NULL AND told_position IS NULL AND disabled_why <> 'ended';
