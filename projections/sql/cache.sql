-- name: touched
-- The watermark, where the last day turned, and the posts touched behind a position: all of one moment.
SELECT w.position AS watermark, (SELECT coalesce(max(d.position), 0) FROM day_turned AS d) AS day,
    t.post, t.position
FROM (SELECT position FROM cursor WHERE name = 'projector') AS w
LEFT JOIN LATERAL (
    SELECT h.post, h.position FROM touch AS h WHERE h.position > $1 ORDER BY h.position LIMIT $2
) AS t ON true

-- name: look
-- The same, with how far redactions have been carried out: what they took may stand in answers made before.
SELECT w.position AS watermark, (SELECT coalesce(max(d.position), 0) FROM day_turned AS d) AS day,
    (SELECT coalesce(max(r.position), 0) FROM cursor AS r WHERE r.name = 'redaction') AS redacted, t.post
FROM (SELECT position FROM cursor WHERE name = 'projector') AS w
LEFT JOIN LATERAL (
    SELECT h.post FROM touch AS h WHERE h.position > $1 ORDER BY h.position LIMIT $2
) AS t ON true
