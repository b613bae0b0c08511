-- The embargoes that the clock has to end, the next one first.
CREATE INDEX article_version_sealed_idx ON article_version (sealed_until)
WHERE sealed_until IS NOT NULL AND released_position IS NULL;
