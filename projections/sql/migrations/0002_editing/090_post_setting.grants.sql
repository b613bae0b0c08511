GRANT SELECT, INSERT, UPDATE, DELETE ON post_setting TO incumbent_application;
