-- Moves a cursor forward; one that stands further on already stays where it is.
CREATE FUNCTION cursor_advance(name text, to_position bigint)
RETURNS void
LANGUAGE sql
SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
    INSERT INTO cursor AS c (name, position)
    VALUES (cursor_advance.name, to_position)
    ON CONFLICT ON CONSTRAINT cursor_pkey DO UPDATE SET position = excluded.position
    WHERE c.position < excluded.position
$$;
