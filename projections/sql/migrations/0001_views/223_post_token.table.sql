-- The words of a post's label and of its organization's name, for finding candidates.
CREATE TABLE post_token (
    token text NOT NULL,
    post  text NOT NULL,
    CONSTRAINT post_token_pkey PRIMARY KEY (token, post)
);
