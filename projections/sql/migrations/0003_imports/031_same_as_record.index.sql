-- What a record said before.
CREATE INDEX same_as_record_idx ON same_as (source, kind, record, to_position);
