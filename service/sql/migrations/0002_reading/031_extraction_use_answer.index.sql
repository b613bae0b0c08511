CREATE INDEX extraction_use_answer ON extraction_use (answer);
