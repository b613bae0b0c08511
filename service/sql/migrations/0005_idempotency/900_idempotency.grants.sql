GRANT SELECT, INSERT, UPDATE, DELETE ON idempotent_answer TO incumbent_application;
