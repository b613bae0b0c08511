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
) VALUES ($1, $2, 9223372036854775807, $3, $4, $5, $6, $7, $8, $9)

-- name: insert_same_as
INSERT INTO same_as (source, from_position, to_position, kind, record, entity, scheme, identifier)
VALUES ($1, $2, 9223372036854775807, $3, $4, $5, $6, $7)

-- name: close_claims
UPDATE claim SET to_position = $2 WHERE id = ANY ($1::text[]) AND to_position = 9223372036854775807

-- name: insert_stated
INSERT INTO claim (
    id, from_position, to_position, stream, said_on, publisher, record, url, content_hash, content_start, content_end,
    ordinal, kind, person_name, post_label, organization_name, capacity, date, start_date, end_date, modality,
    background, official, confidence, rule, on_leave, origin
) VALUES ($1, $2, 9223372036854775807, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
    $20, $21, $22, $23, $24, $25, $5)

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
SELECT $1, $2, 9223372036854775807, coalesce((
    SELECT m.into_person FROM person_merge AS m WHERE m.person = $3 AND m.to_position = 9223372036854775807
), $3), $4, $5, 'import'
WHERE NOT EXISTS (
    SELECT FROM claim_resolution AS r WHERE r.claim = $1 AND r.to_position = 9223372036854775807
)

-- name: close_decisions
-- Those of the import; what an editor decided stays, unless the source takes the claim back ($3).
UPDATE claim_decision SET to_position = $2
WHERE claim = ANY ($1::text[]) AND to_position = 9223372036854775807 AND (checked_by = 'machine' OR $3)

-- name: insert_decision
INSERT INTO claim_decision (claim, from_position, to_position, state, checked_by, rule, actor)
SELECT k.claim, $2, 9223372036854775807, $3, 'machine', $4, $5
FROM unnest($1::text[]) AS k (claim)
WHERE NOT EXISTS (
    SELECT FROM claim_decision AS d WHERE d.claim = k.claim AND d.to_position = 9223372036854775807
)
