GRANT SELECT, INSERT, UPDATE, DELETE ON fold_release TO incumbent_application;
