GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_notice, webhook_header
TO incumbent_application;
