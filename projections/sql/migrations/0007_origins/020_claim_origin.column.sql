-- The origin of a claim that no article makes: that of what it corrects. Null: its publisher's, or the editors' own.
ALTER TABLE claim ADD COLUMN origin text;
