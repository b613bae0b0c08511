-- What the matcher has yet to put into the queue.
CREATE INDEX webhook_notice_unmatched_idx ON webhook_notice (ordinal) WHERE NOT is_matched;
