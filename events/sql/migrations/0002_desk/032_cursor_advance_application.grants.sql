GRANT EXECUTE ON FUNCTION cursor_advance TO incumbent_application;
