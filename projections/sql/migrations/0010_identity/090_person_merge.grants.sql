GRANT SELECT, INSERT, UPDATE, DELETE ON person_merge TO incumbent_application;
