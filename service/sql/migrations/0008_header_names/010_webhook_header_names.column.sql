-- The names of the headers, which their owner may see again.
ALTER TABLE webhook_header ADD COLUMN names text[] NOT NULL DEFAULT '{}';
