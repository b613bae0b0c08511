-- name: post
-- A post as known at a position ($2 null: now), with the position answered at and its last change by then.
SELECT p.id, p.label, p.organization, o.name AS organization_name, p.seats, p.seats_basis, p.fresh_for,
    p.declared_complete, p.zone, w.position AS watermark,
    coalesce(h.position, p.created_position) AS touched, ch.position AS change_position, ch.ordinal AS change_ordinal,
    (SELECT max(t.day) FROM day_turned AS t WHERE t.zone = p.zone) AS zone_day,
    (SELECT max(t.day) FROM day_turned AS t WHERE t.zone = 'UTC') AS utc_day
FROM post AS p
CROSS JOIN (SELECT position FROM cursor WHERE name = 'projector') AS w
LEFT JOIN organization AS o ON o.id = p.organization
LEFT JOIN touch AS h ON h.post = p.id
LEFT JOIN LATERAL (
    SELECT c.position, c.ordinal FROM change AS c
    WHERE c.post = p.id AND c.position <= coalesce($2, w.position)
    ORDER BY c.position DESC, c.ordinal DESC LIMIT 1
) AS ch ON true
WHERE p.id = $1 AND p.created_position <= coalesce($2, w.position)

-- name: quoted_claims
-- Claims as known at a position, each with the words that carry it, cut from the one place that holds them.
SELECT c.id, c.kind, coalesce(d.state, 'proposed') AS review_state, c.person_name, c.post_label,
    c.organization_name, r.person, r.post, r.organization, c.capacity, c.date, c.start_date, c.end_date, c.reason,
    c.modality, c.background, c.attribution, c.official, c.confidence,
    CASE d.checked_by WHEN 'editor' THEN d.actor ELSE d.rule END AS decided_by,
    substring(convert_from(t.body, 'UTF8') FROM c.quote_start + 1 FOR c.quote_end - c.quote_start) AS quote,
    c.quote_start, c.quote_end, c.article, v.uri AS article_uri, c.article_version, v.publisher, v.published
FROM claim AS c
LEFT JOIN claim_resolution AS r ON r.claim = c.id AND r.to_position > $2 AND r.from_position <= $2
LEFT JOIN claim_decision AS d ON d.claim = c.id AND d.to_position > $2 AND d.from_position <= $2
LEFT JOIN article_version AS v ON v.article = c.article AND v.version = c.article_version
LEFT JOIN content AS t ON t.hash = v.text_hash
WHERE c.id = ANY ($1::text[]) AND c.to_position > $2 AND c.from_position <= $2

-- name: claims_of_article
SELECT c.id FROM claim AS c
WHERE c.article = $1 AND c.to_position > $2 AND c.from_position <= $2
ORDER BY c.ordinal, c.id
