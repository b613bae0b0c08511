-- name: answer_of
-- Who is given the answer is noted with it, for a redaction must find it.
WITH used AS (
    INSERT INTO extraction_use (article, answer)
    SELECT $2, id FROM extraction_answer WHERE id = $1
    ON CONFLICT DO NOTHING
)
SELECT answer FROM extraction_answer WHERE id = $1

-- name: keep_answer
WITH kept AS (
    INSERT INTO extraction_answer (id, answer)
    SELECT $1, $3
    WHERE NOT EXISTS (
        SELECT FROM event WHERE stream = $2 AND type IN ('article.redacted', 'content.redacted')
    )
    ON CONFLICT (id) DO UPDATE SET answer = excluded.answer, created_at = now()
    RETURNING id
)
INSERT INTO extraction_use (article, answer) SELECT $2, id FROM kept
ON CONFLICT DO NOTHING

-- name: forget_answers
DELETE FROM extraction_answer WHERE id IN (SELECT answer FROM extraction_use WHERE article = $1)

-- name: spent
SELECT coalesce(sum(tokens), 0) FROM extraction_spending WHERE day = $1

-- name: spend
INSERT INTO extraction_spending AS s (day, tokens) VALUES ($1, $2)
ON CONFLICT (day) DO UPDATE SET tokens = s.tokens + excluded.tokens
