GRANT SELECT, INSERT, DELETE ON text_print TO incumbent_application;
