-- Who turned out to be whom, for [from, to) of positions.
CREATE TABLE person_merge (
    person        text   NOT NULL,
    into_person   text   NOT NULL,  -- never one that is merged itself at the time
    from_position bigint NOT NULL,
    to_position   bigint NOT NULL,
    CONSTRAINT person_merge_pkey PRIMARY KEY (person, to_position)
);
