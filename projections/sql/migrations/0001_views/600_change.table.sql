-- What each event did to the view of a post. Never rewritten.
CREATE TABLE change (
    position           bigint  NOT NULL,  -- of the event
    ordinal            integer NOT NULL,
    post               text    NOT NULL,
    kind               text    NOT NULL,
    current_changed    boolean NOT NULL,
    effective_earliest date,
    body               bytea   NOT NULL,  -- JSON of a projections.model.Change
    CONSTRAINT change_pkey PRIMARY KEY (position, ordinal)
);
