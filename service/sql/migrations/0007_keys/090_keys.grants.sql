GRANT SELECT, INSERT, UPDATE ON key_use TO incumbent_application;
