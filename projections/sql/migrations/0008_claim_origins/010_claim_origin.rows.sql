-- Every claim holds its origin, so that what was known of it at a position is known.
UPDATE claim AS c SET origin = coalesce(
    (SELECT v.origin FROM article_version AS v WHERE v.article = c.article AND v.version = c.article_version),
    c.origin, c.publisher, 'editors'
);
