-- Memberships as known at a position; 9223372036854775806 stands for now, whatever it is.

-- name: memberships_of_posts
-- What was believed of some posts at a position, with the claims behind it.
SELECT m.id, m.post, m.person, m.capacity, m.start_earliest, m.start_latest, m.start_basis,
    m.end_earliest, m.end_latest, m.end_basis, m.reason, m.standing, m.checked_by,
    m.first_attested, m.last_attested, m.incoming, m.announced, m.on_leave, m.from_position,
    l.claims, l.since, l.attested, person.name
FROM membership AS m
LEFT JOIN person ON person.id = m.person
LEFT JOIN LATERAL (
    SELECT array_agg(k.claim) AS claims, array_agg(k.from_position) AS since, array_agg(k.attested) AS attested
    FROM membership_claim AS k
    WHERE k.membership = m.id AND k.to_position > $2 AND k.from_position <= $2
) AS l ON true
WHERE m.post = ANY ($1::text[]) AND m.to_position > $2 AND m.from_position <= $2

-- name: memberships_as_known
-- The same of posts ($1), each at a position of its own ($2); `number` counts what was asked from 1.
SELECT asked.number, m.id, m.post, m.person, m.capacity, m.start_earliest, m.start_latest, m.start_basis,
    m.end_earliest, m.end_latest, m.end_basis, m.reason, m.standing, m.checked_by,
    m.first_attested, m.last_attested, m.incoming, m.announced, m.on_leave, m.from_position,
    l.claims, l.since, l.attested, person.name
FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS asked (post, at, number)
JOIN membership AS m ON m.post = asked.post AND m.to_position > asked.at AND m.from_position <= asked.at
LEFT JOIN person ON person.id = m.person
LEFT JOIN LATERAL (
    SELECT array_agg(k.claim) AS claims, array_agg(k.from_position) AS since, array_agg(k.attested) AS attested
    FROM membership_claim AS k
    WHERE k.membership = m.id AND k.to_position > asked.at AND k.from_position <= asked.at
) AS l ON true

-- name: memberships_of_person
SELECT m.id, m.post, m.person, m.capacity, m.start_earliest, m.start_latest, m.start_basis,
    m.end_earliest, m.end_latest, m.end_basis, m.reason, m.standing, m.checked_by,
    m.first_attested, m.last_attested, m.incoming, m.announced, m.on_leave, m.from_position,
    l.claims, l.since, l.attested, person.name
FROM membership AS m
LEFT JOIN person ON person.id = m.person
LEFT JOIN LATERAL (
    SELECT array_agg(k.claim) AS claims, array_agg(k.from_position) AS since, array_agg(k.attested) AS attested
    FROM membership_claim AS k
    WHERE k.membership = m.id AND k.to_position > $2 AND k.from_position <= $2
) AS l ON true
WHERE m.person = $1 AND m.to_position > $2 AND m.from_position <= $2

-- name: post_settings
SELECT p.id, p.zone, s.seats, s.seats_basis, s.fresh_for, s.declared_complete, s.complete_from, s.complete_is,
    s.vacant_from
FROM post AS p
JOIN post_setting AS s ON s.post = p.id AND s.to_position = 9223372036854775807
WHERE p.id = ANY ($1::text[])

-- name: close_memberships
UPDATE membership SET to_position = $2 WHERE id = ANY ($1::bigint[]) AND to_position = 9223372036854775807

-- name: insert_membership
INSERT INTO membership (
    id, from_position, to_position, fold_version, post, person, capacity,
    start_earliest, start_latest, start_basis, end_earliest, end_latest, end_basis,
    reason, standing, checked_by, first_attested, last_attested, incoming, announced, on_leave
) VALUES ($1, $2, 9223372036854775807, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
    $20)

-- name: close_link
UPDATE membership_claim SET to_position = $3
WHERE membership = $1 AND claim = $2 AND to_position = 9223372036854775807

-- name: insert_link
INSERT INTO membership_claim (membership, from_position, to_position, claim, attested)
VALUES ($1, $2, 9223372036854775807, $3, $4)

-- name: delete_due
DELETE FROM due USING unnest($1::text[], $2::date[], $3::text[]) AS k (post, day, person)
WHERE due.day = k.day AND due.post = k.post AND due.person = k.person

-- name: insert_due
INSERT INTO due (post, day, person) SELECT * FROM unnest($1::text[], $2::date[], $3::text[]) ON CONFLICT DO NOTHING

-- name: forget_due
DELETE FROM due WHERE post = $1 AND day <= $2
