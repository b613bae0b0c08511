-- name: end_merge
UPDATE person_merge SET to_position = $2 WHERE person = $1 AND to_position = 9223372036854775807

-- name: follow_merges
-- Those who were merged into somebody who is merged now go along.
WITH ended AS (
    UPDATE person_merge SET to_position = $3 WHERE into_person = $1 AND to_position = 9223372036854775807
    RETURNING person
)
INSERT INTO person_merge (person, into_person, from_position, to_position)
SELECT person, $2, $3, 9223372036854775807 FROM ended

-- name: insert_merge
INSERT INTO person_merge (person, into_person, from_position, to_position) VALUES ($1, $2, $3, 9223372036854775807)

-- name: move_all
-- Whatever means the one means the other.
WITH ended AS (
    UPDATE claim_resolution SET to_position = $3 WHERE person = $1 AND to_position = 9223372036854775807
    RETURNING *
)
INSERT INTO claim_resolution (claim, from_position, to_position, person, post, organization, basis)
SELECT claim, $3, 9223372036854775807, $2, post, organization, basis FROM ended
RETURNING claim

-- name: move
WITH ended AS (
    UPDATE claim_resolution SET to_position = $4
    WHERE claim = ANY ($1::text[]) AND person = $2 AND to_position = 9223372036854775807
    RETURNING *
)
INSERT INTO claim_resolution (claim, from_position, to_position, person, post, organization, basis)
SELECT claim, $4, 9223372036854775807, $3, post, organization, 'editor' FROM ended
RETURNING claim

-- name: merged
SELECT person, into_person FROM person_merge
WHERE person = ANY ($1::text[]) AND to_position = 9223372036854775807
