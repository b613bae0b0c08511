-- name: touch_posts
INSERT INTO touch AS t (post, position)
SELECT DISTINCT r.post, $2::bigint
FROM claim AS c
JOIN claim_resolution AS r ON r.claim = c.id
JOIN post AS p ON p.id = r.post
WHERE c.article = $1
ORDER BY r.post
ON CONFLICT (post) DO UPDATE SET position = excluded.position

-- name: posts_of_article
SELECT DISTINCT r.post
FROM claim AS c
JOIN claim_resolution AS r ON r.claim = c.id
WHERE c.article = $1 AND r.post IS NOT NULL
ORDER BY r.post
