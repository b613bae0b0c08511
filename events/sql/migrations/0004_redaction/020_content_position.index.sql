-- The contents that an append brought, for an export in log order.
CREATE INDEX content_position_idx ON content (position);
