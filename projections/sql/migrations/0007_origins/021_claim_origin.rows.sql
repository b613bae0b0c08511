UPDATE claim AS c SET origin = coalesce(
    (SELECT v.origin FROM article_version AS v WHERE v.article = c.stream ORDER BY v.version LIMIT 1),
    (SELECT k.publisher FROM claim AS k WHERE k.id = c.stream AND k.to_position = 9223372036854775807)
)
WHERE c.supersedes IS NOT NULL;
