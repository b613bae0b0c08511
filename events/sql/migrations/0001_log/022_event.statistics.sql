-- Statistics of a handful of rows would make sessions plan to read the whole table, and keep such plans while it grows.
ALTER TABLE event SET (autovacuum_analyze_threshold = 1000);
