-- name: posts
-- Posts ($1), each as known at a position ($2; null: now), with that position and its last change by then. `number`
-- counts what was asked from 1; those that were not known then are left out.
SELECT asked.number, asked.at AS position, p.id, p.label, p.organization, o.name AS organization_name, s.seats, s.seats_basis, s.fresh_for,
    s.declared_complete, s.complete_from, s.complete_is, s.vacant_from, p.zone, w.position AS watermark,
    coalesce(h.position, p.created_position) AS touched, ch.position AS change_position, ch.ordinal AS change_ordinal,
    (SELECT max(t.day) FROM day_turned AS t WHERE t.zone = p.zone) AS zone_day,
    (SELECT max(t.day) FROM day_turned AS t WHERE t.zone = 'UTC') AS utc_day,
    (SELECT f.version FROM fold_release AS f WHERE f.position <= asked.at
        ORDER BY f.position DESC LIMIT 1) AS fold,
    (SELECT e.recorded_at FROM event AS e WHERE e.position = coalesce(h.position, p.created_position)) AS touched_at
FROM (SELECT position FROM cursor WHERE name = 'projector') AS w
CROSS JOIN LATERAL (
    SELECT each.post, coalesce(each.position, w.position) AS at, each.number
    FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS each (post, position, number)
) AS asked
JOIN post AS p ON p.id = asked.post AND p.created_position <= asked.at
JOIN post_setting AS s
    ON s.post = p.id AND s.to_position > asked.at AND s.from_position <= asked.at
LEFT JOIN organization AS o ON o.id = p.organization
LEFT JOIN touch AS h ON h.post = p.id
LEFT JOIN LATERAL (
    SELECT c.position, c.ordinal FROM change AS c
    WHERE c.post = p.id AND c.position <= asked.at
    ORDER BY c.position DESC, c.ordinal DESC LIMIT 1
) AS ch ON true
ORDER BY p.label, p.id

-- name: posts_of_organization
-- The posts of an organization behind a place in the order of their ids, and what the organization is called.
SELECT o.name, p.id
FROM organization AS o
CROSS JOIN (SELECT position FROM cursor WHERE name = 'projector') AS w
LEFT JOIN LATERAL (
    SELECT q.id FROM post AS q
    WHERE q.organization = o.id AND q.id > $3 AND q.created_position <= coalesce($2, w.position)
    ORDER BY q.id LIMIT $4
) AS p ON true
WHERE o.id = $1 AND o.created_position <= coalesce($2, w.position)
ORDER BY p.id

-- name: quoted_claims
-- Claims ($1) in groups ($2), each as known at a position ($3): of each group at most $4, those that began or ended
-- something first, then the newest. Each with the words that carry it, cut from the one place that holds them.
SELECT k."group", k.id, k.kind, k.review_state, k.person_name, k.post_label, k.organization_name, k.person, k.post,
    k.organization, k.capacity, k.date, k.start_date, k.end_date, k.reason, k.modality, k.background, k.attribution,
    k.official, k.confidence, k.decided_by,
    coalesce(
        substring(convert_from(t.body, 'UTF8') FROM k.quote_start + 1 FOR k.quote_end - k.quote_start),
        convert_from(e.body, 'UTF8')
    ) AS quote,
    k.quote_start, k.quote_end, k.article, k.article_uri, k.article_version, k.source AS publisher,
    k.told_on AS published, k.decided_at, k.supersedes, k.origin
FROM (
    SELECT asked."group", c.*, coalesce(d.state, 'proposed') AS review_state, r.person, r.post, r.organization,
        CASE d.checked_by WHEN 'editor' THEN d.actor ELSE d.rule END AS decided_by,
        d.from_position AS decided_at, v.uri AS article_uri, v.text_hash,
        coalesce(v.publisher, c.publisher) AS source, coalesce(v.published, c.said_on) AS told_on,
        row_number() OVER (
            PARTITION BY asked."group"
            ORDER BY c.kind IN ('in', 'out', 'elected', 'nominated') DESC,
                coalesce(v.published, c.said_on) DESC NULLS LAST, c.id
        ) AS place
    FROM unnest($1::text[], $2::integer[], $3::bigint[]) AS asked (claim, "group", at)
    JOIN claim AS c ON c.id = asked.claim AND c.to_position > asked.at AND c.from_position <= asked.at
    LEFT JOIN claim_resolution AS r ON r.claim = c.id AND r.to_position > asked.at AND r.from_position <= asked.at
    LEFT JOIN claim_decision AS d ON d.claim = c.id AND d.to_position > asked.at AND d.from_position <= asked.at
    LEFT JOIN article_version AS v ON v.article = c.article AND v.version = c.article_version
) AS k
LEFT JOIN content AS t ON t.hash = k.text_hash
LEFT JOIN content AS e ON e.hash = k.evidence_hash
WHERE k.place <= $4
ORDER BY k."group", k.place

-- name: claims_of_article
-- In the order in which they were read.
SELECT c.id FROM claim AS c
WHERE c.article = $1 AND c.to_position > $2 AND c.from_position <= $2
ORDER BY c.ordinal, c.id
