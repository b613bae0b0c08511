-- The cursor of redactions, for answers that are kept to be locked against.
INSERT INTO cursor (name, position) VALUES ('redaction', 0) ON CONFLICT (name) DO NOTHING;
