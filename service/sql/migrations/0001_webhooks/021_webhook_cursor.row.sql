INSERT INTO webhook_cursor (position, ordinal) VALUES (0, 0);
