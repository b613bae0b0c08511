GRANT SELECT, INSERT, UPDATE, DELETE ON source, source_record, same_as TO incumbent_application;
