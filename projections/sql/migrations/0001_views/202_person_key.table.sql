-- What the spellings of a person are found by: events.naming's person_keys, several a spelling.
CREATE TABLE person_key (
    person text NOT NULL,
    key    text NOT NULL
);
