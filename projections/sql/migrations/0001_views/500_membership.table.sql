-- Who held what, on both axes: valid time in start and end, recorded time in [from_position, to_position).
-- id stays while boundaries move; it is the position that first opened the membership, times 2^20, plus an ordinal.
CREATE TABLE membership (
    id             bigint  NOT NULL,
    from_position  bigint  NOT NULL,
    to_position    bigint  NOT NULL,
    fold_version   integer NOT NULL,
    post           text    NOT NULL,
    person         text    NOT NULL,
    capacity       text    NOT NULL,
    start_earliest date,
    start_latest   date,
    start_basis    text,              -- null: nobody said when it began
    end_earliest   date,
    end_latest     date,
    end_basis      text,              -- null: not known to have ended
    reason         text,
    standing       text    NOT NULL,
    checked_by     text    NOT NULL,
    first_attested date,
    last_attested  date,
    incoming       text,
    announced      date,
    held_to        date    NOT NULL GENERATED ALWAYS AS (coalesce(end_latest, 'infinity'::date)) STORED,
    CONSTRAINT membership_pkey PRIMARY KEY (id, to_position)
);
