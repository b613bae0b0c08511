-- name: posts_of_tokens
-- Posts that share words with a question, those that share the rarest first. A word that very many posts have says
-- little and is left out, unless there is no rarer one.
WITH wanted AS (
    SELECT t.token,
        (SELECT count(*) FROM (SELECT FROM post_token AS p WHERE p.token = t.token LIMIT 5000) AS counted) AS posts
    FROM unnest($1::text[]) AS t (token)
), chosen AS (
    SELECT token, posts FROM wanted
    WHERE posts > 0 AND (posts < 5000 OR posts = (SELECT min(posts) FROM wanted WHERE posts > 0))
), hits AS (
    SELECT h.post, sum(1.0 / c.posts) AS weight
    FROM chosen AS c
    CROSS JOIN LATERAL (SELECT p.post FROM post_token AS p WHERE p.token = c.token LIMIT 5000) AS h
    GROUP BY h.post
    ORDER BY weight DESC, h.post
    LIMIT $2
)
SELECT p.id, p.label, p.organization, o.name AS organization_name, p.seats, p.seats_basis, p.fresh_for, p.key
FROM hits JOIN post AS p ON p.id = hits.post LEFT JOIN organization AS o ON o.id = p.organization

-- name: organizations_of_fingerprint
SELECT DISTINCT organization FROM organization_name WHERE fingerprint = $1

-- name: posts_of_key
-- Posts of a wording, in some organizations ($2 null: in any or none).
SELECT p.id, p.label, p.organization, o.name AS organization_name, p.seats, p.seats_basis, p.fresh_for, p.key
FROM post AS p LEFT JOIN organization AS o ON o.id = p.organization
WHERE p.key = $1 AND ($2::text[] IS NULL OR p.organization = ANY ($2::text[]))
ORDER BY o.name NULLS FIRST, p.id
LIMIT $3

-- name: any_posts
-- Posts of some organizations ($1 null: of any or none) behind a place ($3, $4; null: all).
SELECT p.id, p.label, p.organization, o.name AS organization_name, p.seats, p.seats_basis, p.fresh_for, p.key
FROM post AS p LEFT JOIN organization AS o ON o.id = p.organization
WHERE ($1::text[] IS NULL OR p.organization = ANY ($1::text[]))
    AND ($3::text IS NULL OR (p.label, p.id) > ($3, $4::text))
ORDER BY p.label, p.id
LIMIT $2
