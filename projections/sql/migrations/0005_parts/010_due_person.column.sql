-- Whose memberships make the day, so that a fold of one person leaves the others' days alone; '': the post's settings.
-- What stands there from before this column is nobody's, and is forgotten as its days turn.
ALTER TABLE due ADD COLUMN person text NOT NULL DEFAULT '';
