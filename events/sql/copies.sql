-- name: keep
INSERT INTO text_print (print, position) SELECT unnest($1::bigint[]), $2 ON CONFLICT (print, position) DO NOTHING

-- name: alike
-- Texts that share fingerprints, those that share most first. Of a fingerprint that very many texts have, the newest.
SELECT f.position
FROM unnest($1::bigint[]) AS k (print)
CROSS JOIN LATERAL (
    SELECT p.position FROM text_print AS p
    WHERE p.print = k.print AND p.position <> $2
    ORDER BY p.position DESC LIMIT 50
) AS f
GROUP BY f.position
ORDER BY count(*) DESC, f.position
LIMIT $3

-- name: forget
DELETE FROM text_print
WHERE position = ANY (ARRAY(SELECT e.position FROM event AS e WHERE e.stream = $1 AND e.type = 'article.received'))
