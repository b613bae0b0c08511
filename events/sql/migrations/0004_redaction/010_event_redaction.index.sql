-- The redactions, which are few: for whoever carries them out, verifies or exports.
CREATE INDEX event_redaction_idx ON event (position) WHERE type = 'content.redacted';
