-- name: identified
-- Which entities somebody else's ids mean. One row for each, several where it is left open.
SELECT DISTINCT s.kind, s.scheme, s.identifier, s.entity
FROM unnest($1::text[], $2::text[], $3::text[]) AS asked (kind, scheme, identifier)
JOIN same_as AS s ON s.identifier = asked.identifier AND s.scheme = asked.scheme AND s.kind = asked.kind
    AND s.to_position = 9223372036854775807

-- name: organizations
SELECT DISTINCT organization, fingerprint FROM organization_name WHERE fingerprint = ANY ($1::text[])

-- name: posts
SELECT id, organization, key FROM post WHERE key = ANY ($1::text[]) AND organization = ANY ($2::text[])
