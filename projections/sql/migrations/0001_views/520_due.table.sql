-- Days to come on which a post's answer changes by itself.
CREATE TABLE due (
    day  date NOT NULL,
    post text NOT NULL,
    CONSTRAINT due_pkey PRIMARY KEY (day, post)
);
