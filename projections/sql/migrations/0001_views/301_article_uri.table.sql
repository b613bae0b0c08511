-- Which article stands under a URI: the first to come. By hash, since a URI may be longer than a B-tree's entry.
CREATE TABLE article_uri (
    sha256  bytea NOT NULL,  -- of the URI
    article text  NOT NULL,
    CONSTRAINT article_uri_pkey PRIMARY KEY (sha256)
);
