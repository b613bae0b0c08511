-- Adds a checkpoint behind all others and says whether it did: not where there is one of that size or a later one.
CREATE FUNCTION checkpoint_add(
    size        bigint,
    recorded_at timestamptz,
    root        bytea,
    chain       bytea,
    public_key  bytea,
    signature   bytea
)
RETURNS boolean
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM event AS e WHERE e.position = checkpoint_add.size AND e.chain = checkpoint_add.chain
    ) THEN
        RAISE EXCEPTION 'the log has another chain at position % than the checkpoint', checkpoint_add.size
            USING ERRCODE = 'data_exception';
    END IF;
    IF EXISTS (SELECT FROM checkpoint AS c WHERE c.size >= checkpoint_add.size) THEN
        RETURN false;
    END IF;
    INSERT INTO checkpoint (size, recorded_at, root, chain, public_key, signature)
    VALUES (
        checkpoint_add.size, checkpoint_add.recorded_at, checkpoint_add.root, checkpoint_add.chain,
        checkpoint_add.public_key, checkpoint_add.signature
    )
    ON CONFLICT ON CONSTRAINT checkpoint_pkey DO NOTHING;
    RETURN FOUND;
END
$$;
