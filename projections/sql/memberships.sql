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
-- Each row is looked up by its key, whatever the planner knows of tables that were empty when it was asked (LIMIT),
-- and found again by its place; so are the others that are closed.
UPDATE membership AS t SET to_position = found.position
FROM (
    SELECT n.place, k.position AS position
    FROM unnest($1::bigint[], $2::bigint[]) AS k (id, position)
    JOIN LATERAL (
        SELECT n.ctid AS place FROM membership AS n
        WHERE n.id = k.id AND n.to_position = 9223372036854775807
        LIMIT 1
    ) AS n ON true
) AS found
WHERE t.ctid = found.place

-- name: insert_membership
INSERT INTO membership (
    id, from_position, to_position, fold_version, post, person, capacity,
    start_earliest, start_latest, start_basis, end_earliest, end_latest, end_basis,
    reason, standing, checked_by, first_attested, last_attested, incoming, announced, on_leave
)
SELECT k.id, k.position, 9223372036854775807, k.fold_version, k.post, k.person, k.capacity,
    k.start_earliest, k.start_latest, k.start_basis, k.end_earliest, k.end_latest, k.end_basis,
    k.reason, k.standing, k.checked_by, k.first_attested, k.last_attested, k.incoming, k.announced, k.on_leave
FROM unnest($1::bigint[], $2::bigint[], $3::integer[], $4::text[], $5::text[], $6::text[],
    $7::date[], $8::date[], $9::text[], $10::date[], $11::date[], $12::text[],
    $13::text[], $14::text[], $15::text[], $16::date[], $17::date[], $18::text[], $19::date[], $20::text[]) AS k (
    id, position, fold_version, post, person, capacity,
    start_earliest, start_latest, start_basis, end_earliest, end_latest, end_basis,
    reason, standing, checked_by, first_attested, last_attested, incoming, announced, on_leave
)

-- name: close_link
UPDATE membership_claim AS t SET to_position = found.position
FROM (
    SELECT n.place, k.position AS position
    FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS k (membership, claim, position)
    JOIN LATERAL (
        SELECT n.ctid AS place FROM membership_claim AS n
        WHERE n.membership = k.membership AND n.claim = k.claim AND n.to_position = 9223372036854775807
        LIMIT 1
    ) AS n ON true
) AS found
WHERE t.ctid = found.place

-- name: insert_link
INSERT INTO membership_claim (membership, from_position, to_position, claim, attested)
SELECT k.membership, k.position, 9223372036854775807, k.claim, k.attested
FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::date[]) AS k (membership, position, claim, attested)

-- name: delete_due
DELETE FROM due USING unnest($1::text[], $2::date[], $3::text[]) AS k (post, day, person)
WHERE due.day = k.day AND due.post = k.post AND due.person = k.person

-- name: insert_due
INSERT INTO due (post, day, person) SELECT * FROM unnest($1::text[], $2::date[], $3::text[]) ON CONFLICT DO NOTHING

-- name: forget_due
DELETE FROM due WHERE post = $1 AND day <= $2
