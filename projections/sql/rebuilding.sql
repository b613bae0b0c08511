-- name: begin
SELECT pg_try_advisory_lock(1768842594, 4)

-- name: end
SELECT pg_advisory_unlock(1768842594, 4)

-- name: stand_still
-- The projector moves its cursor in each of its transactions: while this row is locked none of them ends.
SELECT position FROM public.cursor WHERE name = 'projector' FOR UPDATE

-- name: plan_freely
SELECT set_config('enable_seqscan', 'on', true), set_config('enable_hashjoin', 'on', true),
    set_config('enable_mergejoin', 'on', true)

-- name: compare
-- Rows as texts: whatever the columns, and duplicates count.
SELECT
    (SELECT count(*) FROM (
        SELECT v::text FROM public.view_table AS v EXCEPT ALL SELECT r::text FROM rebuild.view_table AS r
    ) AS w) AS wrong,
    (SELECT count(*) FROM (
        SELECT r::text FROM rebuild.view_table AS r EXCEPT ALL SELECT v::text FROM public.view_table AS v
    ) AS m) AS missing

-- name: drop_wrong
-- Every copy of a row of which there are more, or fewer, than there should be.
DELETE FROM public.view_table AS d
WHERE d::text IN (
    SELECT k.row FROM (
        SELECT v::text AS row, 1 AS n FROM public.view_table AS v
        UNION ALL
        SELECT r::text, -1 FROM rebuild.view_table AS r
    ) AS k
    GROUP BY k.row
    HAVING sum(k.n) <> 0
)

-- name: count
SELECT count(*) FROM public.view_table

-- name: columns
-- Those that are stored as they are given.
SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position)
FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = $1 AND is_generated = 'NEVER'

-- name: add_missing
INSERT INTO public.view_table (view_columns)
SELECT view_columns FROM rebuild.view_table AS r
WHERE NOT EXISTS (SELECT FROM public.view_table AS v WHERE v::text = r::text)
