CREATE INDEX same_as_entity_idx ON same_as (entity, to_position);
