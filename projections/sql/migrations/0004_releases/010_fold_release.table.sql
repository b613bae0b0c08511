-- Since when each version of the fold has been in force; before the first of them it is version 1.
CREATE TABLE fold_release (
    position bigint  NOT NULL,
    version  integer NOT NULL,
    CONSTRAINT fold_release_pkey PRIMARY KEY (position)
);
