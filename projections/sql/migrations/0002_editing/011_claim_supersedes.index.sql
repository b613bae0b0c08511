-- What a claim was corrected to.
CREATE INDEX claim_supersedes_idx ON claim (supersedes) WHERE supersedes IS NOT NULL;
