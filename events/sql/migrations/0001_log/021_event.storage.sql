-- Payloads are short JSON and read whole: compressing them costs more than it saves, and hashes never compress.
ALTER TABLE event
    ALTER COLUMN salt SET STORAGE PLAIN,
    ALTER COLUMN leaf SET STORAGE PLAIN,
    ALTER COLUMN chain SET STORAGE PLAIN;
