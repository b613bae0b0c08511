-- name: place_of_claims
-- The stream on which each of some claims stands, and what it means now.
SELECT DISTINCT ON (c.id) c.id, coalesce(c.stream, c.article) AS stream, c.article, c.said_on, r.person, r.post,
    r.organization
FROM claim AS c
LEFT JOIN claim_resolution AS r ON r.claim = c.id AND r.to_position = 9223372036854775807
WHERE c.id = ANY ($1::text[])
ORDER BY c.id, c.to_position DESC

-- name: chain_of_claim
-- The claims that a claim corrects, and those that correct it, from the first on.
WITH RECURSIVE back AS (
    SELECT c.id, c.supersedes, 0 AS step FROM claim AS c WHERE c.id = $1 AND c.to_position = 9223372036854775807
    UNION
    SELECT c.id, c.supersedes, b.step - 1 FROM back AS b
    JOIN claim AS c ON c.id = b.supersedes AND c.to_position = 9223372036854775807
), forth AS (
    SELECT b.id, b.step FROM back AS b WHERE b.step = 0
    UNION
    SELECT c.id, f.step + 1 FROM forth AS f
    JOIN claim AS c ON c.supersedes = f.id AND c.to_position = 9223372036854775807
)
SELECT id, step FROM back UNION SELECT id, step FROM forth ORDER BY step

-- name: named
-- What some ids are called: persons, posts and organizations.
SELECT id, name FROM person WHERE id = ANY ($1::text[])
UNION ALL SELECT id, name FROM organization WHERE id = ANY ($1::text[])
UNION ALL SELECT id, label FROM post WHERE id = ANY ($1::text[])

-- name: setting
SELECT s.post AS id, s.seats, s.seats_basis, s.fresh_for, s.declared_complete, s.complete_from, s.complete_is,
    s.vacant_from, s.from_position
FROM post_setting AS s WHERE s.post = $1 AND s.to_position = 9223372036854775807

-- name: changes_between
-- What altered the view of a post behind one position and up to another, with whose doing it was.
SELECT c.position, c.ordinal, c.kind, c.current_changed, e.stream, e.type, e.actor, e.recorded_at, e.schema_version,
    e.payload, s.id AS source, s.publisher, p.name AS publisher_name
FROM change AS c
JOIN event AS e ON e.position = c.position
LEFT JOIN source AS s ON s.id = e.stream
LEFT JOIN publisher AS p ON p.id = s.publisher
WHERE c.post = $1 AND c.position > $2 AND c.position <= $3
ORDER BY c.position, c.ordinal
LIMIT $4

-- name: notes
SELECT hash, convert_from(body, 'UTF8') AS note FROM content WHERE hash = ANY ($1::bytea[])

-- name: public_articles
-- The newest version of some articles that anyone may see.
SELECT DISTINCT ON (v.article) v.article AS id, v.uri, v.version, v.publisher, v.published, v.pubstatus
FROM article_version AS v
WHERE v.article = ANY ($1::text[]) AND v.pubstatus <> 'withheld'
    AND (v.embargoed IS NULL OR v.released_position IS NOT NULL)
ORDER BY v.article, v.version DESC

-- name: posts_of_article
SELECT DISTINCT r.post
FROM claim AS c JOIN claim_resolution AS r ON r.claim = c.id
WHERE c.article = $1 AND r.post IS NOT NULL

-- name: statements_of_posts
-- What was said of some posts, as it stands now.
SELECT c.id AS claim, c.article,
    CASE WHEN c.article IS NULL AND c.supersedes IS NOT NULL AND c.stream LIKE 'article-%' THEN c.stream END AS rests_on,
    c.kind, r.person, r.post, c.capacity, coalesce(v.published, c.said_on) AS published, d.state, d.rule,
    d.checked_by = 'editor' AS by_editor
FROM claim_resolution AS r
JOIN claim AS c ON c.id = r.claim AND c.to_position = 9223372036854775807
JOIN claim_decision AS d ON d.claim = r.claim AND d.to_position = 9223372036854775807
LEFT JOIN article_version AS v ON v.article = c.article AND v.version = c.article_version
WHERE r.post = ANY ($1::text[]) AND r.to_position = 9223372036854775807 AND r.person IS NOT NULL

-- name: change
SELECT body FROM change
WHERE position = $1 AND ordinal = $2 AND position <= (SELECT position FROM cursor WHERE name = 'projector')
