ALTER TABLE subscription ALTER COLUMN changed_position SET NOT NULL;
