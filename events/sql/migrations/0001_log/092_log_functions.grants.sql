GRANT EXECUTE ON FUNCTION log_append, log_forget_keys, log_position_at TO incumbent_application;
