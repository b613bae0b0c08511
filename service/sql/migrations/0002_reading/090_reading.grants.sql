GRANT SELECT, INSERT, UPDATE, DELETE ON push_secret, extraction_answer, extraction_use, extraction_spending
TO incumbent_application;
