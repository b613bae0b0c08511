-- name: watermark
SELECT position FROM cursor WHERE name = 'projector'

-- name: forget_answers
-- What receivers answered to messages about some posts: they may have fetched a quote and sent it back.
UPDATE webhook_attempt AS a SET answer = NULL
FROM webhook_delivery AS d
WHERE d.lane = ANY ($1::text[]) AND a.answer IS NOT NULL
    AND (a.subscription, a.position, a.ordinal) = (d.subscription, d.position, d.ordinal)
