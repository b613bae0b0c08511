-- Lists with filters. The conditions of the filters that were given are put where a statement says `wanted`, each with its
-- number for `$value`.

-- name: memberships
-- Behind a place in the order in which they were first opened, as known at a position ($1).
SELECT m.id, m.post, m.person, m.capacity, m.start_earliest, m.start_latest, m.start_basis,
    m.end_earliest, m.end_latest, m.end_basis, m.reason, m.standing, m.checked_by,
    m.first_attested, m.last_attested, m.incoming, m.announced, m.on_leave, m.from_position,
    l.claims, l.since, l.attested, (SELECT p.name FROM person AS p WHERE p.id = m.person) AS name
FROM (
    SELECT m.* FROM membership AS m
    WHERE m.to_position > $1 AND m.from_position <= $1 AND m.id > $2 AND wanted
    ORDER BY m.id
    LIMIT $3
) AS m
LEFT JOIN LATERAL (
    SELECT array_agg(k.claim) AS claims, array_agg(k.from_position) AS since, array_agg(k.attested) AS attested
    FROM membership_claim AS k
    WHERE k.membership = m.id AND k.to_position > $1 AND k.from_position <= $1
) AS l ON true
ORDER BY m.id

-- name: memberships_post
m.post = ANY ($value::text[])

-- name: memberships_person
m.person = ANY ($value::text[])

-- name: memberships_organization
m.post = ANY (ARRAY(SELECT p.id FROM post AS p WHERE p.organization = ANY ($value::text[])))

-- name: memberships_standing
m.standing = $value

-- name: memberships_capacity
m.capacity = $value

-- name: memberships_changed_since
m.from_position > $value

-- name: memberships_as_of
-- Those that may be held on a day: begun no later by all that is known, and not known to have ended by then.
m.held_to > $value AND (m.start_earliest IS NULL OR m.start_earliest <= $value)

-- name: claims
-- Claims in a state ($1) as known at a position ($2), in the order in which they came into it, behind a place.
-- LIMIT 1 keeps the look-ups one by one, along the index of the order, however large the tables are.
SELECT d.claim, d.from_position
FROM claim_decision AS d
CROSS JOIN LATERAL (
    SELECT k.article, k.stream, k.kind, k.capacity FROM claim AS k
    WHERE k.id = d.claim AND k.to_position > $2 AND k.from_position <= $2 LIMIT 1
) AS c
WHERE d.state = $1 AND recorded AND (d.from_position, d.claim) > ($3, $4) AND wanted
ORDER BY d.from_position, d.claim
LIMIT $5

-- name: recorded_now
-- By the one value, the index gives the order too.
d.to_position = 9223372036854775807

-- name: recorded_then
d.to_position > $2 AND d.from_position <= $2

-- name: claims_of
-- The same of some posts, persons or articles, of which there are few each.
SELECT d.claim, d.from_position
FROM claim AS c
LEFT JOIN claim_resolution AS r ON r.claim = c.id AND r.to_position > $2 AND r.from_position <= $2
JOIN claim_decision AS d ON d.claim = c.id AND d.to_position > $2 AND d.from_position <= $2
WHERE d.state = $1 AND c.to_position > $2 AND c.from_position <= $2 AND (d.from_position, d.claim) > ($3, $4)
    AND wanted
ORDER BY d.from_position, d.claim
LIMIT $5

-- name: claims_post
r.post = ANY ($value::text[])

-- name: claims_person
r.person = ANY ($value::text[])

-- name: claims_organization
r.post = ANY (ARRAY(SELECT p.id FROM post AS p WHERE p.organization = ANY ($value::text[])))

-- name: claims_article
(c.article = $value OR c.article IS NULL AND c.stream = $value)

-- name: claims_kind
c.kind = $value

-- name: claims_capacity
c.capacity = $value

-- name: claims_changed_since
d.from_position > $value

-- name: organizations_called
SELECT DISTINCT organization FROM organization_name WHERE fingerprint = $1

-- name: names_of_persons
SELECT person, array_agg(name ORDER BY position) AS names FROM person_name
WHERE person = ANY ($1::text[]) AND position <= $2
GROUP BY person
