-- name: insert_person
INSERT INTO person (id, name, created_position) SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[])

-- name: insert_person_name
INSERT INTO person_name (person, position, name) SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[])

-- name: insert_person_keys
INSERT INTO person_key (person, key)
SELECT DISTINCT k.person, k.key
FROM unnest($1::text[], $2::text[]) AS k (person, key)
LEFT JOIN LATERAL (
    SELECT true AS stands FROM person_key AS n WHERE n.key = k.key AND n.person = k.person LIMIT 1
) AS p ON true
WHERE p.stands IS NULL

-- name: insert_organization
INSERT INTO organization (id, name, created_position) SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[])

-- name: insert_organization_name
INSERT INTO organization_name (organization, position, name, fingerprint)
SELECT * FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[])

-- name: organization_name
SELECT id, name, created_position FROM organization WHERE id = ANY ($1::text[])

-- name: insert_post
INSERT INTO post (
    id, label, key, organization, seats, seats_basis, fresh_for, zone, declared_complete, created_position
)
SELECT k.id, k.label, k.key, k.organization, k.seats, k.seats_basis, k.fresh_for, k.zone, false, k.position
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::integer[], $6::text[], $7::integer[], $8::text[],
    $9::bigint[]) AS k (id, label, key, organization, seats, seats_basis, fresh_for, zone, position)

-- name: insert_setting
INSERT INTO post_setting (
    post, from_position, to_position, seats, seats_basis, fresh_for, declared_complete, complete_from, complete_is,
    vacant_from
) VALUES ($1, $2, 9223372036854775807, $3, $4, $5, $6, $7, $8, $9)

-- name: open_settings
INSERT INTO post_setting (
    post, from_position, to_position, seats, seats_basis, fresh_for, declared_complete, complete_from, complete_is,
    vacant_from
)
SELECT k.post, k.position, 9223372036854775807, k.seats, k.seats_basis, k.fresh_for, false, '{}', '{}', '{}'
FROM unnest($1::text[], $2::bigint[], $3::integer[], $4::text[], $5::integer[]) AS k (
    post, position, seats, seats_basis, fresh_for
)

-- name: setting
SELECT post AS id, seats, seats_basis, fresh_for, declared_complete, complete_from, complete_is, vacant_from
FROM post_setting WHERE post = $1 AND to_position = 9223372036854775807

-- name: close_setting
UPDATE post_setting SET to_position = $2 WHERE post = $1 AND to_position = 9223372036854775807

-- name: set_post
UPDATE post SET seats = $2, seats_basis = $3, fresh_for = $4, declared_complete = $5 WHERE id = $1

-- name: insert_post_tokens
INSERT INTO post_token (token, post) SELECT * FROM unnest($1::text[], $2::text[])

-- name: insert_reserved_name
INSERT INTO reserved_name (stream, kind, entity, position)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[])
ON CONFLICT (stream) DO NOTHING

-- name: insert_publisher
INSERT INTO publisher (id, name, trusted, created_position) VALUES ($1, $2, $3, $4)

-- name: set_trusted
UPDATE publisher SET trusted = $2 WHERE id = $1

-- name: insert_api_key
INSERT INTO api_key (id, subject, prefix, secret_hash, scopes, publishers, expires_at, created_position)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)

-- name: rotate_api_key
UPDATE api_key SET prefix = $2, secret_hash = $3 WHERE id = $1

-- name: revoke_api_key
UPDATE api_key SET revoked_position = $2 WHERE id = $1 AND revoked_position IS NULL

-- name: insert_subscription
INSERT INTO subscription (
    id, url, key, types, filter, description, created_position, from_position, per_minute, concurrency, stopped,
    changed_position
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $7)

-- name: stop_subscription
UPDATE subscription SET stopped = $2, stopped_why = $3, changed_position = $4 WHERE id = $1

-- name: resume_subscription
UPDATE subscription SET stopped = NULL, stopped_why = NULL, resumed_position = $2, changed_position = $2
WHERE id = $1

-- name: delete_subscription
UPDATE subscription SET deleted_position = $2, changed_position = $2 WHERE id = $1 AND deleted_position IS NULL
