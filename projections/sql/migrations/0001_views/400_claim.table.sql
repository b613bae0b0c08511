-- What was read, with the range of positions for which that was the newest reading of it: [from, to).
-- to_position 9223372036854775807 means: still.
CREATE TABLE claim (
    id                text    NOT NULL,
    from_position     bigint  NOT NULL,
    to_position       bigint  NOT NULL,
    article           text,               -- null: of an editor or an import
    article_version   integer,
    ordinal           integer NOT NULL,   -- its place among the claims of that reading
    kind              text    NOT NULL,
    person_name       text    NOT NULL,
    post_label        text    NOT NULL,
    organization_name text,
    capacity          text    NOT NULL,
    date              text,               -- EDTF, as are the next two
    start_date        text,
    end_date          text,
    reason            text,
    modality          text    NOT NULL,
    background        boolean NOT NULL,
    attribution       text,
    official          boolean NOT NULL,
    confidence        double precision NOT NULL,
    quote_start       integer,            -- code points into the version's text
    quote_end         integer,
    rule              text    NOT NULL,
    CONSTRAINT claim_pkey PRIMARY KEY (id, to_position)
);
