GRANT EXECUTE ON FUNCTION log_redact TO incumbent_application;
