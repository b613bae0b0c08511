-- Keeps complete subtrees; those that are kept already stay as they are.
CREATE FUNCTION merkle_node_add(levels smallint[], numbers bigint[], hashes bytea[])
RETURNS void
LANGUAGE sql
SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
    INSERT INTO merkle_node (level, number, hash)
    SELECT * FROM unnest(levels, numbers, hashes)
    ON CONFLICT DO NOTHING
$$;
