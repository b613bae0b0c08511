CREATE TABLE post (
    id               text    NOT NULL,
    label            text    NOT NULL,
    key              text    NOT NULL,  -- the label brought to one wording
    organization     text,
    seats            integer,           -- null: any number at once
    seats_basis      text    NOT NULL,
    fresh_for        integer NOT NULL,  -- days
    zone             text    NOT NULL,  -- IANA time zone in which its days turn
    declared_complete boolean NOT NULL,  -- somebody said that the list of holders is whole
    created_position bigint  NOT NULL,
    CONSTRAINT post_pkey PRIMARY KEY (id)
);
