GRANT SELECT ON webhook_subscription TO incumbent_application;
