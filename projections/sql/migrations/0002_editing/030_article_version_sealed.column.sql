-- The embargo of a version as an instant; null where it has none.
ALTER TABLE article_version ADD COLUMN sealed_until timestamptz;
