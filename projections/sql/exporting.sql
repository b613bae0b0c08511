-- Everything as known at a position.

-- name: organizations
SELECT id, name FROM organization WHERE created_position <= $1 ORDER BY id

-- name: persons
SELECT p.id, p.name FROM person AS p
WHERE p.created_position <= $1 AND NOT EXISTS (
    SELECT FROM person_merge AS m WHERE m.person = p.id AND m.to_position > $1 AND m.from_position <= $1
)
ORDER BY p.id

-- name: publishers
SELECT id, name FROM publisher WHERE created_position <= $1 ORDER BY id

-- name: posts
SELECT p.id, p.label, p.organization, s.seats, s.seats_basis, s.fresh_for
FROM post AS p
JOIN post_setting AS s ON s.post = p.id AND s.to_position > $1 AND s.from_position <= $1
ORDER BY p.id

-- name: memberships
SELECT m.id, m.post, m.person, m.capacity, m.start_earliest, m.start_latest, m.start_basis, m.end_earliest,
    m.end_latest, m.end_basis, m.reason, m.standing, m.checked_by, m.on_leave,
    least(m.first_attested, l.first) AS first_attested, greatest(m.last_attested, l.last) AS last_attested
FROM membership AS m
LEFT JOIN LATERAL (
    -- Links that are younger than the row widen its days.
    SELECT min(k.attested) AS first, max(k.attested) AS last FROM membership_claim AS k
    WHERE k.membership = m.id AND k.to_position > $1 AND k.from_position <= $1 AND k.from_position > m.from_position
) AS l ON true
WHERE m.to_position > $1 AND m.from_position <= $1 AND m.incoming IS NULL
ORDER BY m.post, m.start_earliest NULLS FIRST, m.id

-- name: claims
-- The claims behind the memberships, with where each comes from, and the record of an import verbatim.
SELECT k.membership, c.id, c.kind, c.person_name, c.post_label, coalesce(v.publisher, c.publisher) AS publisher,
    v.uri AS article, c.record, coalesce(c.url, v.uri) AS url, c.on_leave, s.format,
    coalesce(v.published, c.said_on) AS said_on,
    substring(t.body FROM c.content_start + 1 FOR c.content_end - c.content_start) AS verbatim
FROM membership_claim AS k
JOIN membership AS m ON m.id = k.membership AND m.to_position > $1 AND m.from_position <= $1 AND m.incoming IS NULL
JOIN claim AS c ON c.id = k.claim AND c.to_position > $1 AND c.from_position <= $1
LEFT JOIN article_version AS v ON v.article = c.article AND v.version = c.article_version
LEFT JOIN source AS s ON s.id = c.stream
LEFT JOIN content AS t ON t.hash = c.content_hash
WHERE k.to_position > $1 AND k.from_position <= $1
ORDER BY k.membership, c.on_leave, c.id

-- name: records
SELECT r.source, s.format, r.kind, r.record, r.entity, r.name,
    substring(t.body FROM r.content_start + 1 FOR r.content_end - r.content_start) AS verbatim
FROM source_record AS r
JOIN source AS s ON s.id = r.source
LEFT JOIN content AS t ON t.hash = r.content_hash
WHERE r.to_position > $1 AND r.from_position <= $1
ORDER BY r.source, r.from_position, r.kind, r.record

-- name: same_as
SELECT DISTINCT entity, scheme, identifier FROM same_as WHERE to_position > $1 AND from_position <= $1
ORDER BY entity, scheme, identifier
