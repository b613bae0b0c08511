-- What others call an entity, by a source's word, for [from, to) of positions.
CREATE TABLE same_as (
    entity        text   NOT NULL,
    scheme        text   NOT NULL,
    identifier    text   NOT NULL,
    source        text   NOT NULL,
    kind          text   NOT NULL,
    record        text   NOT NULL,
    from_position bigint NOT NULL,
    to_position   bigint NOT NULL
);
