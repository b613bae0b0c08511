-- name: carry_out
SELECT log_redact($1)

-- name: carry_out_all
SELECT coalesce(sum(log_redact(position)), 0)::bigint FROM event WHERE type = 'article.redacted'

-- name: redactions
SELECT position, stream FROM event
WHERE type = 'article.redacted' AND position > $1 AND position <= $2
ORDER BY position

-- name: standing
SELECT hash FROM content WHERE hash = ANY ($1::bytea[]) AND body IS NOT NULL
