-- The last position recorded at or before an instant (0: none): recorded_at rises with position, so a binary search
-- over the primary key needs no index of its own.
CREATE FUNCTION log_position_at(instant timestamptz)
RETURNS bigint
LANGUAGE plpgsql
STABLE
PARALLEL SAFE
AS $$
DECLARE
    low    bigint := 0;
    high   bigint;
    middle bigint;
    moment timestamptz;
BEGIN
    SELECT coalesce(max(l.position), 0) INTO high FROM event AS l;
    WHILE low < high LOOP
        middle := (low + high + 1) / 2;
        SELECT l.recorded_at INTO moment FROM event AS l WHERE l.position = middle;
        IF moment <= instant THEN
            low := middle;
        ELSE
            high := middle - 1;
        END IF;
    END LOOP;
    RETURN low;
END
$$;
