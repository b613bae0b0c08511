-- Fingerprints of the texts of articles, several a text, by which texts that share a run of words are found: hashes of
-- eight words each. Made of what is in the content table, and deleted with it.
CREATE TABLE text_print (
    print    bigint NOT NULL,
    position bigint NOT NULL,  -- of the article.received that brought the text
    CONSTRAINT text_print_pkey PRIMARY KEY (print, position)
);
