-- Every spelling of a person, the first one included.
CREATE TABLE person_name (
    person   text   NOT NULL,
    position bigint NOT NULL,  -- of the event that gave it
    name     text   NOT NULL,
    CONSTRAINT person_name_pkey PRIMARY KEY (person, position)
);
