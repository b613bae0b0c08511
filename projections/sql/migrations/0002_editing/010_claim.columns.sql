-- Claims that no article makes: on which stream they stand, when and by whom they are said, and on what words.
ALTER TABLE claim
    ADD COLUMN stream        text,   -- null: the article's
    ADD COLUMN said_on       text,   -- YYYY-MM-DD, in place of a publication day
    ADD COLUMN publisher     text,   -- of an import
    ADD COLUMN supersedes    text,   -- the claim that it corrects
    ADD COLUMN evidence_hash bytea,  -- keys of the content table
    ADD COLUMN note_hash     bytea;
