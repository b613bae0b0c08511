REVOKE EXECUTE ON FUNCTION log_append, log_forget_keys FROM PUBLIC;
