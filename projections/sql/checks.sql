-- name: known_then
-- Of some persons, posts and organizations those that were known at a position.
SELECT id FROM person WHERE id = ANY ($1::text[]) AND created_position <= $2
UNION ALL
SELECT id FROM post WHERE id = ANY ($1::text[]) AND created_position <= $2
UNION ALL
SELECT id FROM organization WHERE id = ANY ($1::text[]) AND created_position <= $2
