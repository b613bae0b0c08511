GRANT SELECT, INSERT, UPDATE, DELETE ON
    webhook_secret, webhook_cursor, webhook_endpoint, webhook_lane, webhook_delivery, webhook_attempt
TO incumbent_application;
