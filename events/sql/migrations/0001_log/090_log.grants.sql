-- The application appends through the functions and reads; it can change nothing that was recorded.
GRANT SELECT ON event, content, append_key TO incumbent_application;
