-- The entity that somebody else's id means. A hash index, since an id may be longer than a B-tree's entry.
CREATE INDEX same_as_identifier_idx ON same_as USING hash (identifier);
