-- What is imported: a publisher's own list, as its newest file has it.
CREATE TABLE source (
    id          text    NOT NULL,
    publisher   text    NOT NULL,
    format      text    NOT NULL,
    missing_end text    NOT NULL,  -- current or unknown: what it means that a record gives no end
    as_of       date    NOT NULL,  -- the day for which the newest file speaks
    version     integer NOT NULL,
    position    bigint  NOT NULL,
    CONSTRAINT source_pkey PRIMARY KEY (id)
);
