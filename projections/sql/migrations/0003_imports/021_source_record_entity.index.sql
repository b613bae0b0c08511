-- The records of an entity.
CREATE INDEX source_record_entity_idx ON source_record (entity, to_position);
