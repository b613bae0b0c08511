-- name: insert_article
INSERT INTO article AS a (id, uri, version, created_position)
SELECT * FROM unnest($1::text[], $2::text[], $3::integer[], $4::bigint[])
ON CONFLICT (id) DO UPDATE SET version = excluded.version WHERE a.version < excluded.version

-- name: insert_article_uri
INSERT INTO article_uri (sha256, article) SELECT * FROM unnest($1::bytea[], $2::text[])
ON CONFLICT (sha256) DO NOTHING

-- name: insert_article_version
INSERT INTO article_version (
    article, version, position, uri, publisher,
    text_hash, text_media_type, text_length, original_hash, original_media_type, original_length,
    title_length, published, published_basis, language, pubstatus, embargoed, credit, deriver, sealed_until, origin
)
SELECT k.*, coalesce(nullif(k.credit, ''), k.publisher)
FROM unnest($1::text[], $2::integer[], $3::bigint[], $4::text[], $5::text[],
    $6::bytea[], $7::text[], $8::integer[], $9::bytea[], $10::text[], $11::integer[],
    $12::integer[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::text[], $19::text[],
    $20::timestamptz[]) AS k (
    article, version, position, uri, publisher,
    text_hash, text_media_type, text_length, original_hash, original_media_type, original_length,
    title_length, published, published_basis, language, pubstatus, embargoed, credit, deriver, sealed_until
)
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
UPDATE article AS t SET read_version = greatest(t.read_version, found.version)
FROM (
    SELECT n.place, k.version AS version
    FROM unnest($1::text[], $2::integer[]) AS k (id, version)
    JOIN LATERAL (
        SELECT n.ctid AS place FROM article AS n
        WHERE n.id = k.id
        LIMIT 1
    ) AS n ON true
) AS found
WHERE t.ctid = found.place

-- name: close_claims
-- Those of a lower version, or of an earlier reading of the same one. The highest version wins, whatever the arrival.
UPDATE claim AS t SET to_position = found.position
FROM (
    SELECT n.place, k.position AS position
    FROM unnest($1::text[], $2::integer[], $3::bigint[]) AS k (id, version, position)
    JOIN LATERAL (
        SELECT n.ctid AS place FROM claim AS n
        WHERE n.id = k.id AND n.to_position = 9223372036854775807 AND coalesce(n.article_version, 0) <= k.version
        LIMIT 1
    ) AS n ON true
) AS found
WHERE t.ctid = found.place

-- name: insert_claim
INSERT INTO claim (
    id, from_position, to_position, article, article_version, ordinal, kind, person_name, post_label,
    organization_name, capacity, date, start_date, end_date, reason, modality, background, attribution, official,
    confidence, quote_start, quote_end, rule, origin
)
SELECT k.id, k.position, 9223372036854775807, k.article, k.version, k.ordinal, k.kind, k.person_name, k.post_label,
    k.organization_name, k.capacity, k.date, k.start_date, k.end_date, k.reason, k.modality, k.background,
    k.attribution, k.official, k.confidence, k.quote_start, k.quote_end, k.rule,
    (SELECT v.origin FROM article_version AS v WHERE v.article = k.article AND v.version = k.version)
FROM unnest($1::text[], $2::bigint[], $3::text[], $4::integer[], $5::integer[], $6::text[], $7::text[], $8::text[],
    $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::text[], $16::boolean[],
    $17::text[], $18::boolean[], $19::float8[], $20::integer[], $21::integer[], $22::text[]) AS k (
    id, position, article, version, ordinal, kind, person_name, post_label,
    organization_name, capacity, date, start_date, end_date, reason, modality, background,
    attribution, official, confidence, quote_start, quote_end, rule
)
LEFT JOIN LATERAL (
    SELECT true AS stands FROM claim AS n WHERE n.id = k.id AND n.to_position = 9223372036854775807 LIMIT 1
) AS c ON true
WHERE c.stands IS NULL

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
UPDATE claim_resolution AS t SET to_position = found.position
FROM (
    SELECT n.place, k.position AS position
    FROM unnest($1::text[], $2::bigint[]) AS k (claim, position)
    JOIN LATERAL (
        SELECT n.ctid AS place FROM claim_resolution AS n
        WHERE n.claim = k.claim AND n.to_position = 9223372036854775807
        LIMIT 1
    ) AS n ON true
) AS found
WHERE t.ctid = found.place

-- name: insert_resolution
INSERT INTO claim_resolution (claim, from_position, to_position, person, post, organization, basis)
SELECT k.claim, k.position, 9223372036854775807, coalesce(m.into_person, k.person), k.post, k.organization, k.basis
FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[]) AS k (
    claim, position, person, post, organization, basis
)
LEFT JOIN LATERAL (
    SELECT n.into_person FROM person_merge AS n
    WHERE n.person = k.person AND n.to_position = 9223372036854775807
    LIMIT 1
) AS m ON true

-- name: close_decisions
UPDATE claim_decision AS t SET to_position = found.position
FROM (
    SELECT n.place, k.position AS position
    FROM unnest($1::text[], $2::bigint[]) AS k (claim, position)
    JOIN LATERAL (
        SELECT n.ctid AS place FROM claim_decision AS n
        WHERE n.claim = k.claim AND n.to_position = 9223372036854775807
        LIMIT 1
    ) AS n ON true
) AS found
WHERE t.ctid = found.place

-- name: insert_decision
INSERT INTO claim_decision (claim, from_position, to_position, state, checked_by, rule, actor, note_hash)
SELECT k.claim, k.position, 9223372036854775807, k.state, k.checked_by, k.rule, k.actor, k.note_hash
FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[]) AS k (
    claim, position, state, checked_by, rule, actor, note_hash
)

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
