-- name: insert_article
INSERT INTO article AS a (id, uri, version, created_position) VALUES ($1, $2, $3, $4)
ON CONFLICT (id) DO UPDATE SET version = excluded.version WHERE a.version < excluded.version

-- name: insert_article_uri
INSERT INTO article_uri (sha256, article) VALUES ($1, $2) ON CONFLICT (sha256) DO NOTHING

-- name: insert_article_version
INSERT INTO article_version (
    article, version, position, uri, publisher,
    text_hash, text_media_type, text_length, original_hash, original_media_type, original_length,
    title_length, published, published_basis, language, pubstatus, embargoed, credit, deriver, sealed_until, origin
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
    coalesce(nullif($18, ''), $5))
ON CONFLICT (article, version) DO NOTHING

-- name: release_article
UPDATE article_version SET released_position = $3 WHERE article = $1 AND version = $2

-- name: trace_article
UPDATE article_version SET origin = $3 WHERE article = $1 AND version = $2

-- name: trace_claims
-- The same claims, of another origin: those of that version, and those that no article makes.
WITH closed AS (
    UPDATE claim SET to_position = $2
    WHERE id = ANY ($1::text[]) AND to_position = 9223372036854775807
        AND (article_version IS NULL OR article_version = $4) AND origin <> $3
    RETURNING *
)
INSERT INTO claim (
    id, from_position, to_position, article, article_version, ordinal, kind, person_name, post_label,
    organization_name, capacity, date, start_date, end_date, reason, modality, background, attribution, official,
    confidence, quote_start, quote_end, rule, stream, said_on, publisher, supersedes, evidence_hash, note_hash,
    on_leave, attested_on, record, url, content_hash, content_start, content_end, origin
)
SELECT id, $2, 9223372036854775807, article, article_version, ordinal, kind, person_name, post_label,
    organization_name, capacity, date, start_date, end_date, reason, modality, background, attribution, official,
    confidence, quote_start, quote_end, rule, stream, said_on, publisher, supersedes, evidence_hash, note_hash,
    on_leave, attested_on, record, url, content_hash, content_start, content_end, $3
FROM closed

-- name: claims_of_origin
-- The claims of an article, and what they were corrected to: its origin is theirs.
WITH RECURSIVE own AS (
    SELECT c.id FROM claim AS c WHERE c.article = $1 AND c.to_position = 9223372036854775807
    UNION
    SELECT c.id FROM own JOIN claim AS c ON c.supersedes = own.id
)
SELECT id FROM own

-- name: set_read_version
UPDATE article SET read_version = greatest(read_version, $2) WHERE id = $1

-- name: close_claims
-- Those of a lower version, or of an earlier reading of the same one. The highest version wins, whatever the arrival.
UPDATE claim SET to_position = $3
WHERE id = ANY ($1::text[]) AND to_position = 9223372036854775807 AND coalesce(article_version, 0) <= $2

-- name: insert_claim
INSERT INTO claim (
    id, from_position, to_position, article, article_version, ordinal, kind, person_name, post_label,
    organization_name, capacity, date, start_date, end_date, reason, modality, background, attribution, official,
    confidence, quote_start, quote_end, rule, origin
)
SELECT $1, $2, 9223372036854775807, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
    $20, $21, $22, (SELECT v.origin FROM article_version AS v WHERE v.article = $3 AND v.version = $4)
WHERE NOT EXISTS (SELECT FROM claim AS c WHERE c.id = $1 AND c.to_position = 9223372036854775807)

-- name: insert_submitted
-- A claim that no article makes. Submitted again it stays as it was.
INSERT INTO claim (
    id, from_position, to_position, stream, said_on, publisher, supersedes, evidence_hash, note_hash, ordinal, kind,
    person_name, post_label, organization_name, capacity, date, start_date, end_date, reason, modality, background,
    attribution, official, confidence, quote_start, quote_end, rule, origin
) VALUES ($1, $2, 9223372036854775807, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
    $20, $21, $22, $23, $24, $25, $26,
    -- A correction stands on the stream of what it corrects, an article's or an import's claim, and has its origin.
    coalesce(CASE WHEN $6::text IS NOT NULL THEN coalesce(
        (SELECT v.origin FROM article_version AS v WHERE v.article = $3 ORDER BY v.version LIMIT 1),
        (SELECT c.publisher FROM claim AS c WHERE c.id = $3 AND c.to_position = 9223372036854775807)
    ) END, $5, 'editors'))
ON CONFLICT (id, to_position) DO NOTHING

-- name: close_resolutions
UPDATE claim_resolution SET to_position = $2
WHERE claim = ANY ($1::text[]) AND to_position = 9223372036854775807

-- name: insert_resolution
INSERT INTO claim_resolution (claim, from_position, to_position, person, post, organization, basis)
VALUES ($1, $2, 9223372036854775807, coalesce((
    SELECT m.into_person FROM person_merge AS m WHERE m.person = $3 AND m.to_position = 9223372036854775807
), $3), $4, $5, $6)

-- name: close_decisions
UPDATE claim_decision SET to_position = $2
WHERE claim = ANY ($1::text[]) AND to_position = 9223372036854775807

-- name: insert_decision
INSERT INTO claim_decision (claim, from_position, to_position, state, checked_by, rule, actor, note_hash)
VALUES ($1, $2, 9223372036854775807, $3, $4, $5, $6, $7)

-- name: meant_posts
SELECT claim, post FROM claim_resolution
WHERE claim = ANY ($1::text[]) AND to_position = 9223372036854775807 AND post IS NOT NULL

-- name: counted
-- Of some claims, each with an event, those that count for posts: just before the event, and now.
-- The decision by its claim, whatever the planner knows: the index of states would give it every accepted claim.
SELECT k.position, a.is_now, p.zone, r.post, c.id, c.article, c.kind, r.person, c.capacity, c.date, c.start_date, c.end_date,
    c.reason, c.modality, c.background, c.official, c.on_leave, c.attested_on, d.checked_by, d.actor,
    c.origin, coalesce(v.published, c.said_on) AS published
FROM unnest($1::bigint[], $2::text[]) AS k (position, claim)
CROSS JOIN LATERAL (VALUES (false, k.position - 1), (true, 9223372036854775806)) AS a (is_now, at)
JOIN LATERAL (
    SELECT n.* FROM claim_resolution AS n
    WHERE n.claim = k.claim AND n.to_position > a.at AND n.from_position <= a.at
    LIMIT 1
) AS r ON r.person IS NOT NULL
JOIN post AS p ON p.id = r.post
JOIN LATERAL (
    SELECT n.* FROM claim_decision AS n
    WHERE n.claim = k.claim AND n.to_position > a.at AND n.from_position <= a.at
    LIMIT 1
) AS d ON d.state = 'accepted'
JOIN LATERAL (
    SELECT n.* FROM claim AS n
    WHERE n.id = k.claim AND n.to_position > a.at AND n.from_position <= a.at
    LIMIT 1
) AS c ON true
LEFT JOIN article_version AS v ON v.article = c.article AND v.version = c.article_version

-- name: accepted_of_posts
-- What posts' timelines are folded from. The decisions as in counted.
SELECT r.post, c.id, c.article, c.kind, r.person, c.capacity, c.date, c.start_date, c.end_date, c.reason, c.modality,
    c.background, c.official, c.on_leave, c.attested_on, d.checked_by, d.actor,
    c.origin, coalesce(v.published, c.said_on) AS published
FROM claim_resolution AS r
JOIN LATERAL (
    SELECT k.state, k.checked_by, k.actor FROM claim_decision AS k
    WHERE k.claim = r.claim AND k.to_position = 9223372036854775807
    LIMIT 1
) AS d ON d.state = 'accepted'
JOIN LATERAL (
    SELECT k.* FROM claim AS k WHERE k.id = r.claim AND k.to_position = 9223372036854775807 LIMIT 1
) AS c ON true
LEFT JOIN article_version AS v ON v.article = c.article AND v.version = c.article_version
WHERE r.post = ANY ($1::text[]) AND r.to_position = 9223372036854775807 AND r.person IS NOT NULL
