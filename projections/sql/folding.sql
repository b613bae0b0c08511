-- What the fold of a part of a post reads: memberships that are believed now. `seen_from` and `seen_to`: where links
-- that are younger than the row widen its days.

-- name: of_persons
-- Those of some persons in some posts, each with at most $3 (null: all) of the claims behind it, in order of their ids.
SELECT m.id, m.post, m.person, m.capacity, m.start_earliest, m.start_latest, m.start_basis,
    m.end_earliest, m.end_latest, m.end_basis, m.reason, m.standing, m.checked_by,
    m.first_attested, m.last_attested, m.incoming, m.announced, m.on_leave, m.from_position,
    l.claims, l.since, l.attested, (
        SELECT w.attested FROM membership_claim AS w
        WHERE w.membership = m.id AND w.to_position = 9223372036854775807 AND w.from_position > m.from_position
            AND w.attested < coalesce(m.first_attested, 'infinity')
        ORDER BY w.attested LIMIT 1
    ) AS seen_from, (
        SELECT w.attested FROM membership_claim AS w
        WHERE w.membership = m.id AND w.to_position = 9223372036854775807 AND w.from_position > m.from_position
            AND w.attested > coalesce(m.last_attested, '-infinity')
        ORDER BY w.attested DESC LIMIT 1
    ) AS seen_to
FROM unnest($1::text[], $2::text[]) AS p (post, person)
JOIN membership AS m ON m.person = p.person AND m.to_position = 9223372036854775807 AND m.post = p.post
LEFT JOIN LATERAL (
    SELECT array_agg(k.claim) AS claims, array_agg(k.from_position) AS since, array_agg(k.attested) AS attested
    FROM (
        SELECT * FROM membership_claim AS k
        WHERE k.membership = m.id AND k.to_position = 9223372036854775807
        ORDER BY k.claim LIMIT $3
    ) AS k
) AS l ON true

-- name: of_posts
-- All of some posts, likewise.
SELECT m.id, m.post, m.person, m.capacity, m.start_earliest, m.start_latest, m.start_basis,
    m.end_earliest, m.end_latest, m.end_basis, m.reason, m.standing, m.checked_by,
    m.first_attested, m.last_attested, m.incoming, m.announced, m.on_leave, m.from_position,
    l.claims, l.since, l.attested, (
        SELECT w.attested FROM membership_claim AS w
        WHERE w.membership = m.id AND w.to_position = 9223372036854775807 AND w.from_position > m.from_position
            AND w.attested < coalesce(m.first_attested, 'infinity')
        ORDER BY w.attested LIMIT 1
    ) AS seen_from, (
        SELECT w.attested FROM membership_claim AS w
        WHERE w.membership = m.id AND w.to_position = 9223372036854775807 AND w.from_position > m.from_position
            AND w.attested > coalesce(m.last_attested, '-infinity')
        ORDER BY w.attested DESC LIMIT 1
    ) AS seen_to
FROM membership AS m
LEFT JOIN LATERAL (
    SELECT array_agg(k.claim) AS claims, array_agg(k.from_position) AS since, array_agg(k.attested) AS attested
    FROM (
        SELECT * FROM membership_claim AS k
        WHERE k.membership = m.id AND k.to_position = 9223372036854775807
        ORDER BY k.claim LIMIT $2
    ) AS k
) AS l ON true
WHERE m.post = ANY ($1::text[]) AND m.to_position = 9223372036854775807

-- name: about_days
-- Those that matter to the views of some days: of each post at most so many (null: all) that are not over by a day, the
-- last of those that are, and the disputed ones.
SELECT m.id, m.post, m.person, m.capacity, m.start_earliest, m.start_latest, m.start_basis,
    m.end_earliest, m.end_latest, m.end_basis, m.reason, m.standing, m.checked_by,
    m.first_attested, m.last_attested, m.incoming, m.announced, m.on_leave, m.from_position,
    NULL::text[] AS claims, NULL::bigint[] AS since, NULL::date[] AS attested, (
        SELECT w.attested FROM membership_claim AS w
        WHERE w.membership = m.id AND w.to_position = 9223372036854775807 AND w.from_position > m.from_position
            AND w.attested < coalesce(m.first_attested, 'infinity')
        ORDER BY w.attested LIMIT 1
    ) AS seen_from, (
        SELECT w.attested FROM membership_claim AS w
        WHERE w.membership = m.id AND w.to_position = 9223372036854775807 AND w.from_position > m.from_position
            AND w.attested > coalesce(m.last_attested, '-infinity')
        ORDER BY w.attested DESC LIMIT 1
    ) AS seen_to,
    m.asked, m.place
FROM (
    SELECT p.since AS asked, d.* FROM unnest($1::text[], $2::date[], $3::integer[]) AS p (post, since, most)
    CROSS JOIN LATERAL (
        (
            SELECT 'later' AS place, n.* FROM membership AS n
            WHERE n.post = p.post AND n.to_position = 9223372036854775807 AND n.held_to > p.since
            ORDER BY n.held_to DESC LIMIT p.most
        ) UNION ALL (
            SELECT 'over', o.* FROM membership AS o
            WHERE o.post = p.post AND o.to_position = 9223372036854775807 AND o.held_to <= p.since
            ORDER BY o.held_to DESC LIMIT 4
        ) UNION ALL (
            SELECT 'disputed', c.* FROM membership AS c
            WHERE c.post = p.post AND c.to_position = 9223372036854775807 AND c.standing = 'disputed'
        )
    ) AS d
) AS m

-- name: across_days
-- The persons whom somebody who takes a post on a day may end or dispute: those who stood by then in holdings that were
-- not over before a day.
SELECT DISTINCT m.post, m.person
FROM unnest($1::text[], $2::date[], $3::date[]) AS p (post, day, since)
JOIN membership AS m ON m.post = p.post AND m.to_position = 9223372036854775807 AND m.held_to >= p.since
    AND m.incoming IS NULL
    AND coalesce(m.start_earliest, least(m.first_attested, m.start_latest, (
        SELECT w.attested FROM membership_claim AS w
        WHERE w.membership = m.id AND w.to_position = 9223372036854775807 AND w.from_position > m.from_position
            AND w.attested < m.first_attested
        ORDER BY w.attested LIMIT 1
    ))) <= p.day

-- name: takers
-- Holdings that begin by somebody's word: those that begin on the days, and of each kind the first behind a day; not
-- those of the persons $7 in the posts $6.
SELECT m.id, m.post, m.person, m.capacity, m.start_earliest, m.start_latest, m.start_basis,
    m.end_earliest, m.end_latest, m.end_basis, m.reason, m.standing, m.checked_by,
    m.first_attested, m.last_attested, m.incoming, m.announced, m.on_leave, m.from_position,
    NULL::text[] AS claims, NULL::bigint[] AS since, NULL::date[] AS attested, (
        SELECT w.attested FROM membership_claim AS w
        WHERE w.membership = m.id AND w.to_position = 9223372036854775807 AND w.from_position > m.from_position
            AND w.attested < coalesce(m.first_attested, 'infinity')
        ORDER BY w.attested LIMIT 1
    ) AS seen_from, (
        SELECT w.attested FROM membership_claim AS w
        WHERE w.membership = m.id AND w.to_position = 9223372036854775807 AND w.from_position > m.from_position
            AND w.attested > coalesce(m.last_attested, '-infinity')
        ORDER BY w.attested DESC LIMIT 1
    ) AS seen_to
FROM (
    SELECT t.* FROM unnest($1::text[], $2::date[]) AS p (post, day)
    JOIN membership AS t ON t.post = p.post AND t.to_position = 9223372036854775807 AND t.start_earliest = p.day
    UNION ALL
    SELECT f.* FROM unnest($3::text[], $4::date[], $5::boolean[]) AS p (post, behind, acting)
    CROSS JOIN LATERAL (
        SELECT t.* FROM membership AS t
        WHERE t.post = p.post AND t.to_position = 9223372036854775807 AND t.start_earliest > p.behind
            AND t.incoming IS NULL AND t.start_basis <> 'attested'
            AND (t.end_latest IS NULL OR t.end_latest > t.start_earliest)
            AND (p.acting OR t.capacity = 'substantive')
            AND NOT EXISTS (
                SELECT FROM unnest($6::text[], $7::text[]) AS own (post, person)
                WHERE own.post = t.post AND own.person = t.person
            )
        ORDER BY t.start_earliest FETCH FIRST 1 ROW WITH TIES
    ) AS f
) AS m
WHERE m.incoming IS NULL AND NOT EXISTS (
    SELECT FROM unnest($6::text[], $7::text[]) AS own (post, person)
    WHERE own.post = m.post AND own.person = m.person
)

-- name: accepted_of_persons
-- What the memberships of some persons in some posts are folded from: their accepted claims, and (`beside`) the dated
-- turns of anybody in the articles of their undated ones. The decisions as in claims.sql, counted.
WITH own AS MATERIALIZED (
    SELECT r.post, c.id, c.article, c.article_version, c.kind, r.person, c.capacity, c.date, c.start_date, c.end_date,
        c.reason, c.modality, c.background, c.official, c.on_leave, c.attested_on, c.origin, c.said_on,
        d.checked_by, d.actor
    FROM unnest($1::text[], $2::text[]) AS p (post, person)
    JOIN claim_resolution AS r
        ON r.post = p.post AND r.to_position = 9223372036854775807 AND r.person = p.person
    JOIN LATERAL (
        SELECT k.state, k.checked_by, k.actor FROM claim_decision AS k
        WHERE k.claim = r.claim AND k.to_position = 9223372036854775807
        LIMIT 1
    ) AS d ON d.state = 'accepted'
    JOIN LATERAL (
        SELECT k.* FROM claim AS k WHERE k.id = r.claim AND k.to_position = 9223372036854775807 LIMIT 1
    ) AS c ON true
)
SELECT a.post, a.id, a.article, a.kind, a.person, a.capacity, a.date, a.start_date, a.end_date, a.reason, a.modality,
    a.background, a.official, a.on_leave, a.attested_on, a.checked_by, a.actor,
    a.origin, coalesce(v.published, a.said_on) AS published, a.beside
FROM (
    SELECT own.*, false AS beside FROM own
    UNION ALL
    SELECT r.post, c.id, c.article, c.article_version, c.kind, r.person, c.capacity, c.date, c.start_date, c.end_date,
        c.reason, c.modality, c.background, c.official, c.on_leave, c.attested_on, c.origin, c.said_on,
        d.checked_by, d.actor, true
    FROM (
        SELECT DISTINCT own.post, own.article FROM own
        WHERE own.article IS NOT NULL AND own.date IS NULL AND own.kind IN ('in', 'out')
    ) AS u
    JOIN claim AS c
        ON c.article = u.article AND c.to_position = 9223372036854775807
        AND c.kind IN ('in', 'out') AND c.date IS NOT NULL
    JOIN claim_resolution AS r
        ON r.claim = c.id AND r.to_position = 9223372036854775807 AND r.post = u.post AND r.person IS NOT NULL
    JOIN LATERAL (
        SELECT k.state, k.checked_by, k.actor FROM claim_decision AS k
        WHERE k.claim = r.claim AND k.to_position = 9223372036854775807
        LIMIT 1
    ) AS d ON d.state = 'accepted'
) AS a
LEFT JOIN article_version AS v ON v.article = a.article AND v.version = a.article_version

-- name: persons_beside
-- The persons whose undated turns in some articles may be dated by another's.
SELECT DISTINCT r.post, r.person
FROM unnest($1::text[], $2::text[]) AS p (post, article)
JOIN claim AS c
    ON c.article = p.article AND c.to_position = 9223372036854775807 AND c.kind IN ('in', 'out') AND c.date IS NULL
JOIN claim_resolution AS r
    ON r.claim = c.id AND r.to_position = 9223372036854775807 AND r.post = p.post AND r.person IS NOT NULL
