-- name: post_settings
SELECT id, seats, seats_basis, fresh_for, declared_complete, zone FROM post WHERE id = $1

-- name: memberships_of_post
SELECT id, post, person, capacity, start_earliest, start_latest, start_basis, end_earliest, end_latest, end_basis,
    reason, standing, checked_by, first_attested, last_attested, incoming, announced,
    from_position
FROM membership
WHERE post = $1 AND to_position = 9223372036854775807
ORDER BY id

-- name: links
SELECT membership, claim, attested, from_position
FROM membership_claim
WHERE membership = ANY ($1::bigint[]) AND to_position = 9223372036854775807

-- name: close_memberships
UPDATE membership SET to_position = $2 WHERE id = ANY ($1::bigint[]) AND to_position = 9223372036854775807

-- name: insert_membership
INSERT INTO membership (
    id, from_position, to_position, fold_version, post, person, capacity,
    start_earliest, start_latest, start_basis, end_earliest, end_latest, end_basis,
    reason, standing, checked_by, first_attested, last_attested, incoming, announced
) VALUES ($1, $2, 9223372036854775807, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)

-- name: close_link
UPDATE membership_claim SET to_position = $3
WHERE membership = $1 AND claim = $2 AND to_position = 9223372036854775807

-- name: insert_link
INSERT INTO membership_claim (membership, from_position, to_position, claim, attested)
VALUES ($1, $2, 9223372036854775807, $3, $4)

-- name: clear_due
DELETE FROM due WHERE post = $1

-- name: insert_due
INSERT INTO due (day, post) VALUES ($1, $2)
