-- An article and its current version, the highest one.
CREATE TABLE article (
    id               text    NOT NULL,
    uri              text    NOT NULL,
    version          integer NOT NULL,
    read_version     integer,           -- the highest version whose claims are here
    created_position bigint  NOT NULL,
    CONSTRAINT article_pkey PRIMARY KEY (id)
);
