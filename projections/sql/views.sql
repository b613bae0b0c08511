-- name: watermark
SELECT position FROM cursor WHERE name = 'projector'

-- name: last_day
SELECT max(day) FROM day_turned WHERE zone = $1

-- name: person
-- A person as known at a position ($2 null: now), with the position answered at.
SELECT p.id, p.name, w.position AS watermark, array(
    SELECT n.name FROM person_name AS n
    WHERE n.position <= coalesce($2, w.position) AND (n.person = p.id OR n.person IN (
        SELECT m.person FROM person_merge AS m
        WHERE m.into_person = p.id AND m.to_position > coalesce($2, w.position)
            AND m.from_position <= coalesce($2, w.position)
    ))
    ORDER BY n.person <> p.id, n.position
) AS names
FROM person AS p CROSS JOIN (SELECT position FROM cursor WHERE name = 'projector') AS w
WHERE p.id = $1 AND p.created_position <= coalesce($2, w.position)

-- name: post
SELECT p.id, p.label, p.organization, o.name AS organization_name, p.seats, p.seats_basis, p.fresh_for
FROM post AS p LEFT JOIN organization AS o ON o.id = p.organization
WHERE p.id = $1

-- name: board_posts
-- The posts behind a place ($3 to $5; $3 null: all) in the order of the board, as known at a position ($2).
SELECT p.id, p.label, p.organization, o.name AS organization_name, s.seats, s.seats_basis, s.fresh_for,
    s.declared_complete, s.complete_from, s.complete_is, s.vacant_from,
    (SELECT f.version FROM fold_release AS f WHERE f.position <= $2 ORDER BY f.position DESC LIMIT 1) AS fold
FROM post AS p
JOIN post_setting AS s ON s.post = p.id AND s.to_position > $2 AND s.from_position <= $2
LEFT JOIN organization AS o ON o.id = p.organization
WHERE $3::text IS NULL OR (coalesce(o.name, ''), p.label, p.id) > ($3, $4, $5)
ORDER BY coalesce(o.name, ''), p.label, p.id
LIMIT $1

-- name: changes
-- Changes behind a change id with their posts' organizations, whole events only, so there may be a few more than asked
-- for.
SELECT c.position, c.ordinal, c.body, (SELECT p.organization FROM post AS p WHERE p.id = c.post) AS organization
FROM (
    SELECT position, ordinal, post, body FROM change
    WHERE (position, ordinal) > ($1, $2)
        AND position <= (SELECT position FROM cursor WHERE name = 'projector')
    ORDER BY position
    FETCH FIRST $3 ROWS WITH TIES
) AS c
ORDER BY c.position, c.ordinal

-- name: changes_of_posts
SELECT c.position, c.ordinal, c.body, (SELECT p.organization FROM post AS p WHERE p.id = c.post) AS organization
FROM (
    SELECT position, ordinal, post, body FROM change
    WHERE post = ANY ($4::text[]) AND (position, ordinal) > ($1, $2)
        AND position <= (SELECT position FROM cursor WHERE name = 'projector')
    ORDER BY position
    FETCH FIRST $3 ROWS WITH TIES
) AS c
ORDER BY c.position, c.ordinal

-- name: newest_changes_of_posts
-- The last ones before a change id, the newest first.
SELECT c.position, c.ordinal, c.body, (SELECT p.organization FROM post AS p WHERE p.id = c.post) AS organization
FROM (
    SELECT position, ordinal, post, body FROM change
    WHERE post = ANY ($1::text[]) AND (position, ordinal) < ($2, $3)
        AND position <= (SELECT position FROM cursor WHERE name = 'projector')
    ORDER BY position DESC, ordinal DESC
    LIMIT $4
) AS c
ORDER BY c.position DESC, c.ordinal DESC

-- name: posts_ever_of_persons
-- Those that the persons were ever believed to hold, to have held or to be about to hold.
SELECT DISTINCT post FROM membership WHERE person = ANY ($1::text[])

-- name: posts_of_organizations
SELECT id AS post FROM post WHERE organization = ANY ($1::text[])

-- name: article
-- The newest version that is not sealed; a sealed or a withheld one only for those who may see it ($2). What takes
-- an article back shows where something of it was public: it may repeat the words of what never was.
SELECT a.id, v.uri, v.version, a.read_version, v.publisher, p.name AS publisher_name, v.published,
    v.published_basis, v.language, v.pubstatus, v.embargoed, v.credit,
    left(convert_from(t.body, 'UTF8'), v.title_length) AS title,
    v.text_hash, v.text_media_type, v.text_length
FROM article AS a
JOIN LATERAL (
    SELECT w.* FROM article_version AS w
    WHERE w.article = a.id
        AND ($2 OR (
            w.pubstatus = 'usable' AND (w.embargoed IS NULL OR w.released_position IS NOT NULL)
            OR w.pubstatus = 'canceled' AND (w.version = 1 OR EXISTS (
                SELECT FROM article_version AS e
                WHERE e.article = w.article AND e.pubstatus = 'usable'
                    AND (e.embargoed IS NULL OR e.released_position IS NOT NULL)
            ))
        ))
    ORDER BY w.version DESC LIMIT 1
) AS v ON true
LEFT JOIN publisher AS p ON p.id = v.publisher
LEFT JOIN content AS t ON t.hash = v.text_hash
WHERE a.id = $1

-- name: article_of_uri
SELECT article FROM article_uri WHERE sha256 = $1

-- name: embargoes_over
-- The newest sealed version of each article whose embargo is over by an instant, unless a newer one is out already.
SELECT DISTINCT ON (v.article) v.article, v.version, v.sealed_until
FROM article_version AS v
WHERE v.sealed_until <= $1 AND v.released_position IS NULL AND v.pubstatus = 'usable'
    AND NOT EXISTS (
        SELECT FROM article_version AS w
        WHERE w.article = v.article AND w.version > v.version
            AND (w.embargoed IS NULL OR w.released_position IS NOT NULL OR w.pubstatus = 'canceled')
            AND w.pubstatus <> 'withheld'
    )
ORDER BY v.article, v.version DESC

-- name: publishers
SELECT id, name FROM publisher WHERE id = ANY ($1::text[])
