-- name: upsert_source
INSERT INTO source (id, publisher, format, missing_end, as_of, version, position)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (id) DO UPDATE SET publisher = excluded.publisher, format = excluded.format,
    missing_end = excluded.missing_end, as_of = excluded.as_of, version = excluded.version,
    position = excluded.position

-- name: close_records
UPDATE source_record AS s SET to_position = $4
FROM unnest($2::text[], $3::text[]) AS k (kind, record)
WHERE s.source = $1 AND s.kind = k.kind AND s.record = k.record AND s.to_position = 9223372036854775807

-- name: close_same_as
UPDATE same_as AS s SET to_position = $4
FROM unnest($2::text[], $3::text[]) AS k (kind, record)
WHERE s.source = $1 AND s.kind = k.kind AND s.record = k.record AND s.to_position = 9223372036854775807

-- name: insert_record
INSERT INTO source_record (
    source, from_position, to_position, kind, record, entity, name, content_hash, content_start, content_end
)
SELECT k.source, k.position, 9223372036854775807, k.kind, k.record, k.entity, k.name, k.content_hash,
    k.content_start, k.content_end
FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[], $8::integer[],
    $9::integer[]) AS k (
    source, position, kind, record, entity, name, content_hash, content_start, content_end
)

-- name: insert_same_as
INSERT INTO same_as (source, from_position, to_position, kind, record, entity, scheme, identifier)
SELECT k.source, k.position, 9223372036854775807, k.kind, k.record, k.entity, k.scheme, k.identifier
FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) AS k (
    source, position, kind, record, entity, scheme, identifier
)

-- name: close_claims
UPDATE claim SET to_position = $2 WHERE id = ANY ($1::text[]) AND to_position = 9223372036854775807

-- name: insert_stated
INSERT INTO claim (
    id, from_position, to_position, stream, said_on, publisher, record, url, content_hash, content_start, content_end,
    ordinal, kind, person_name, post_label, organization_name, capacity, date, start_date, end_date, modality,
    background, official, confidence, rule, on_leave, origin
)
SELECT k.id, k.position, 9223372036854775807, k.stream, k.said_on, k.publisher, k.record, k.url, k.content_hash,
    k.content_start, k.content_end, k.ordinal, k.kind, k.person_name, k.post_label, k.organization_name, k.capacity,
    k.date, k.start_date, k.end_date, k.modality, k.background, k.official, k.confidence, k.rule, k.on_leave,
    k.publisher
FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bytea[],
    $9::integer[], $10::integer[], $11::integer[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[],
    $17::text[], $18::text[], $19::text[], $20::text[], $21::boolean[], $22::boolean[], $23::float8[], $24::text[],
    $25::boolean[]) AS k (
    id, position, stream, said_on, publisher, record, url, content_hash, content_start, content_end,
    ordinal, kind, person_name, post_label, organization_name, capacity, date, start_date, end_date, modality,
    background, official, confidence, rule, on_leave
)

-- name: attest
-- The same claims, said again on a later day.
WITH closed AS (
    UPDATE claim SET to_position = $2 WHERE id = ANY ($1::text[]) AND to_position = 9223372036854775807
    RETURNING *
)
INSERT INTO claim (
    id, from_position, to_position, stream, said_on, publisher, record, url, content_hash, content_start, content_end,
    ordinal, kind, person_name, post_label, organization_name, capacity, date, start_date, end_date, modality,
    background, official, confidence, rule, on_leave, attested_on, origin
)
SELECT id, $2, 9223372036854775807, stream, said_on, publisher, record, url, content_hash, content_start, content_end,
    ordinal, kind, person_name, post_label, organization_name, capacity, date, start_date, end_date, modality,
    background, official, confidence, rule, on_leave, $3, origin
FROM closed

-- name: close_resolutions
-- What an editor said of a claim stays.
UPDATE claim_resolution SET to_position = $2
WHERE claim = ANY ($1::text[]) AND to_position = 9223372036854775807 AND basis = 'import'

-- name: insert_resolution
INSERT INTO claim_resolution (claim, from_position, to_position, person, post, organization, basis)
SELECT k.claim, k.position, 9223372036854775807, coalesce(m.into_person, k.person), k.post, k.organization, 'import'
FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[]) AS k (
    claim, position, person, post, organization
)
LEFT JOIN LATERAL (
    SELECT n.into_person FROM person_merge AS n
    WHERE n.person = k.person AND n.to_position = 9223372036854775807
    LIMIT 1
) AS m ON true
LEFT JOIN LATERAL (
    SELECT true AS stands FROM claim_resolution AS n
    WHERE n.claim = k.claim AND n.to_position = 9223372036854775807
    LIMIT 1
) AS r ON true
WHERE r.stands IS NULL

-- name: close_decisions
-- Those of the import; what an editor decided stays, unless the source takes the claim back ($3).
UPDATE claim_decision SET to_position = $2
WHERE claim = ANY ($1::text[]) AND to_position = 9223372036854775807 AND (checked_by = 'machine' OR $3)

-- name: insert_decision
INSERT INTO claim_decision (claim, from_position, to_position, state, checked_by, rule, actor)
SELECT k.claim, $2, 9223372036854775807, $3, 'machine', $4, $5
FROM unnest($1::text[]) AS k (claim)
LEFT JOIN LATERAL (
    SELECT true AS stands FROM claim_decision AS n
    WHERE n.claim = k.claim AND n.to_position = 9223372036854775807
    LIMIT 1
) AS d ON true
WHERE d.stands IS NULL
