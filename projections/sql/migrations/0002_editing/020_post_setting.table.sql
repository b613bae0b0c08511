-- How a post was set, for [from, to) of positions; the table post holds what is set now.
CREATE TABLE post_setting (
    post              text    NOT NULL,
    from_position     bigint  NOT NULL,
    to_position       bigint  NOT NULL,
    seats             integer,
    seats_basis       text    NOT NULL,
    fresh_for         integer NOT NULL,
    declared_complete boolean NOT NULL,  -- of any day
    complete_from     date[]    NOT NULL,  -- days from which on a declaration speaks, ascending,
    complete_is       boolean[] NOT NULL,  -- and what each says
    vacant_from       date[]    NOT NULL,  -- first days of the vacancies declared, ascending
    CONSTRAINT post_setting_pkey PRIMARY KEY (post, to_position)
);
