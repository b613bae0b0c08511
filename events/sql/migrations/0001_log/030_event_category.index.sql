-- Reading one category in log order.
CREATE INDEX event_category_idx ON event (split_part(stream, '-', 1), position);
