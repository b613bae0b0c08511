-- The days that have begun, by time zone. The last one is the default as_of.
CREATE TABLE day_turned (
    zone     text   NOT NULL,
    day      date   NOT NULL,
    position bigint NOT NULL,
    CONSTRAINT day_turned_pkey PRIMARY KEY (zone, day)
);
