-- When the holder was away: JSON, a list of {start, end}; null: never.
ALTER TABLE membership ADD COLUMN on_leave text;
