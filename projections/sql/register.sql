-- name: persons
-- Persons of some keys, a row for each with each post they hold, held or are to hold.
SELECT p.id, array(
        SELECT n.name FROM person_name AS n
        WHERE n.person = p.id OR n.person IN (
            SELECT m.person FROM person_merge AS m
            WHERE m.into_person = p.id AND m.to_position = 9223372036854775807
        )
        ORDER BY n.person <> p.id, n.position
    ) AS names,
    post.id AS post, post.label, post.key, post.organization, post.seats
FROM person AS p
LEFT JOIN LATERAL (
    SELECT DISTINCT m.post FROM membership AS m
    WHERE m.person = p.id AND m.to_position = 9223372036854775807
) AS held ON true
LEFT JOIN post ON post.id = held.post
WHERE p.id IN (
    SELECT coalesce(m.into_person, k.person)
    FROM person_key AS k
    LEFT JOIN person_merge AS m ON m.person = k.person AND m.to_position = 9223372036854775807
    WHERE k.key = ANY ($1::text[])
)
ORDER BY p.id, post.id

-- name: holders
SELECT p.id, array(
        SELECT n.name FROM person_name AS n
        WHERE n.person = p.id OR n.person IN (
            SELECT m.person FROM person_merge AS m
            WHERE m.into_person = p.id AND m.to_position = 9223372036854775807
        )
        ORDER BY n.person <> p.id, n.position
    ) AS names,
    post.id AS post, post.label, post.key, post.organization, post.seats
FROM person AS p
LEFT JOIN LATERAL (
    SELECT DISTINCT m.post FROM membership AS m
    WHERE m.person = p.id AND m.to_position = 9223372036854775807
) AS held ON true
LEFT JOIN post ON post.id = held.post
WHERE p.id IN (
    SELECT m.person FROM membership AS m
    WHERE m.post = ANY ($1::text[]) AND m.to_position = 9223372036854775807
)
ORDER BY p.id, post.id

-- name: organizations
SELECT DISTINCT ON (o.id) o.id, o.name, n.fingerprint
FROM organization_name AS n JOIN organization AS o ON o.id = n.organization
WHERE n.fingerprint = ANY ($1::text[])
ORDER BY o.id, n.position

-- name: posts
SELECT id AS post, label, key, organization, seats
FROM post
WHERE key = ANY ($1::text[]) AND (organization = ANY ($2::text[]) OR organization IS NULL)
ORDER BY id

-- name: zones
-- The time zones of some posts, and the last day turned in each and in UTC.
SELECT p.id, p.zone,
    (SELECT max(t.day) FROM day_turned AS t WHERE t.zone = p.zone) AS zone_day,
    (SELECT max(t.day) FROM day_turned AS t WHERE t.zone = 'UTC') AS utc_day
FROM post AS p WHERE p.id = ANY ($1::text[])

-- name: backings
SELECT c.id, c.article, c.kind, r.person, r.post, c.origin, c.official,
    coalesce(d.state, 'proposed') AS state, coalesce(d.rule, '') AS rule, c.date, v.published, p.zone
FROM unnest($1::text[], $2::text[]) AS asked (person, post)
JOIN claim_resolution AS r
    ON r.person = asked.person AND r.post = asked.post AND r.to_position = 9223372036854775807
JOIN claim AS c ON c.id = r.claim AND c.to_position = 9223372036854775807
JOIN article_version AS v ON v.article = c.article AND v.version = c.article_version
JOIN post AS p ON p.id = r.post
LEFT JOIN claim_decision AS d ON d.claim = r.claim AND d.to_position = 9223372036854775807
WHERE d.state IS NULL OR d.state NOT IN ('rejected', 'superseded', 'withdrawn')
ORDER BY c.id
