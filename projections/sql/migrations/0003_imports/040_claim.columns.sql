-- Claims of imports: the record that makes them, where the source has it from, and where it stands verbatim.
ALTER TABLE claim
    ADD COLUMN on_leave      boolean NOT NULL DEFAULT false,
    ADD COLUMN attested_on   text,     -- YYYY-MM-DD, when it was last said again; null: once only
    ADD COLUMN record        text,
    ADD COLUMN url           text,
    ADD COLUMN content_hash  bytea,    -- key of the content table
    ADD COLUMN content_start integer,  -- bytes
    ADD COLUMN content_end   integer;
