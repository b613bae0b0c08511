CREATE TABLE article_version (
    article          text    NOT NULL,
    version          integer NOT NULL,
    position         bigint  NOT NULL,
    uri              text    NOT NULL,
    publisher        text    NOT NULL,
    text_hash        bytea   NOT NULL,  -- key of the content table
    text_media_type  text    NOT NULL,
    text_length      integer NOT NULL,  -- bytes
    original_hash    bytea   NOT NULL,
    original_media_type text NOT NULL,
    original_length  integer NOT NULL,  -- bytes
    title_length     integer NOT NULL,  -- code points
    published        text,              -- RFC 3339 instant or a day
    published_basis  text    NOT NULL,
    language         text,
    pubstatus        text    NOT NULL,
    embargoed        text,
    released_position bigint,
    credit           text,
    deriver          text    NOT NULL,
    CONSTRAINT article_version_pkey PRIMARY KEY (article, version)
);
