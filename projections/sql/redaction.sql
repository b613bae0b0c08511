-- name: touch_posts
INSERT INTO touch AS t (post, position)
SELECT p.post, $2::bigint FROM unnest($1::text[]) AS p (post)
ON CONFLICT (post) DO UPDATE SET position = excluded.position

-- name: posts_of_claims
-- Of claims and, where the stream is a post's, that post.
SELECT p.id AS post FROM post AS p
WHERE p.id = $2 OR p.id IN (SELECT r.post FROM claim_resolution AS r WHERE r.claim = ANY ($1::text[]))
ORDER BY p.id
