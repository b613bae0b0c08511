GRANT SELECT, INSERT, DELETE ON kept_check TO incumbent_application;
