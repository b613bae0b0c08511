-- As for event.
ALTER TABLE content SET (autovacuum_analyze_threshold = 1000);
