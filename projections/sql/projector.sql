-- name: lease
SELECT pg_try_advisory_lock(1768842594, 3)

-- name: plan_by_index
-- Every query of the projector looks rows up by key. A plan made while the tables were empty would scan them, and be
-- kept while they fill. Planned once each: planning takes longer than looking up.
SELECT set_config('enable_seqscan', 'off', false), set_config('enable_hashjoin', 'off', false),
    set_config('enable_mergejoin', 'off', false), set_config('plan_cache_mode', 'force_generic_plan', false)

-- name: watermark
SELECT position FROM cursor WHERE name = 'projector'

-- name: state
-- The last day turned in each zone, and the version of the fold that is in force (null: the first).
SELECT array_agg(d.zone) FILTER (WHERE d.zone IS NOT NULL) AS zones,
    array_agg(d.day) FILTER (WHERE d.zone IS NOT NULL) AS days,
    (SELECT f.version FROM fold_release AS f ORDER BY f.position DESC LIMIT 1) AS fold
FROM (SELECT zone, max(day) AS day FROM day_turned GROUP BY zone) AS d

-- name: insert_release
INSERT INTO fold_release (position, version) VALUES ($1, $2)

-- name: every_post
SELECT id FROM post ORDER BY created_position, id

-- name: take_cursor
-- First of all in a transaction: a rebuild that holds the cursor stands before or behind a batch, never within.
SELECT position FROM cursor WHERE name = 'projector' FOR UPDATE

-- name: advance
UPDATE cursor SET position = $2 WHERE name = 'projector' AND position = $1 RETURNING position

-- name: notify
SELECT pg_notify($1, $2)

-- name: insert_day
INSERT INTO day_turned (zone, day, position) VALUES ($1, $2, $3) ON CONFLICT (zone, day) DO NOTHING

-- name: due
SELECT DISTINCT due.post, post.zone
FROM due JOIN post ON post.id = due.post
WHERE due.day <= $1
ORDER BY due.post

-- name: insert_change
INSERT INTO change (position, ordinal, post, kind, current_changed, effective_earliest, body)
SELECT * FROM unnest($1::bigint[], $2::integer[], $3::text[], $4::text[], $5::boolean[], $6::date[], $7::bytea[])

-- name: touch
INSERT INTO touch AS t (post, position) SELECT * FROM unnest($1::text[], $2::bigint[])
ON CONFLICT (post) DO UPDATE SET position = excluded.position
