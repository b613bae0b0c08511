-- Appends a group of appends, each all or nothing, in one round trip, and gives a row for each, in order:
--   appended    first and last position
--   replayed    the key was used before with this fingerprint: the first answer again
--   key_reused  the key was used before with another fingerprint
--   conflict    stream is at version actual, not expected
-- It takes the log's lock before it looks at anything, so positions are gapless and rise in commit order: who has
-- seen position n has seen everything up to n. That needs a fresh snapshot after the lock: READ COMMITTED only.
--
-- Arrays: one element an append (keys ... event_counts), an expectation, an event, a content. The counts say how
-- many of the following arrays' elements belong to each append, in order.
--
-- leaf = SHA-256 over position, stream, version, id, type, schema_version, recorded_at (microseconds since 1970),
-- actor, cause, correlation and SHA-256(salt || payload), each preceded by its length as four bytes.
CREATE FUNCTION log_append(
    keys              text[],
    fingerprints      bytea[],
    actors            text[],
    causes            uuid[],
    correlations      uuid[],
    expect_counts     integer[],
    event_counts      integer[],
    content_counts    integer[],
    expect_streams    text[],
    expect_versions   bigint[],
    streams           text[],
    ids               uuid[],
    types             text[],
    schema_versions   smallint[],
    payloads          bytea[],
    content_hashes    bytea[],
    content_salts     bytea[],
    content_types     text[],
    content_bodies    bytea[],
    retried           boolean  -- these may have been committed before the connection was lost: look for their ids
)
RETURNS TABLE (status text, first_position bigint, last_position bigint, stream text, actual bigint)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    head        bigint;
    head_before bigint;
    head_time   timestamptz;
    head_chain  bytea;
    instant     timestamptz;
    instant_raw bytea;
    e           integer := 0;  -- expectations, events and contents of earlier appends
    n           integer := 0;
    c           integer := 0;
    i           integer;
    found_first bigint;
    found_last  bigint;
    found_print bytea;
    last_stream text;
    at_version  bigint;
    event_salt  bytea;
    event_leaf  bytea;
    correlation_id uuid;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'log_append needs READ COMMITTED, not %', current_setting('transaction_isolation')
            USING ERRCODE = 'invalid_transaction_state';
    END IF;
    PERFORM pg_advisory_xact_lock(1768842594, 1);

    SELECT l.position, l.recorded_at, l.chain INTO head, head_time, head_chain
    FROM event AS l ORDER BY l.position DESC LIMIT 1;
    IF NOT FOUND THEN
        head := 0;
        head_time := '-infinity';
        head_chain := decode(repeat('00', 32), 'hex');
    END IF;
    head_before := head;
    instant := greatest(clock_timestamp(), head_time);
    instant_raw := int8send((extract(epoch FROM instant) * 1000000)::bigint);

    <<appends>>
    FOR a IN 1 .. cardinality(actors) LOOP
        stream := NULL;
        actual := NULL;
        first_position := NULL;
        last_position := NULL;

        IF retried THEN
            SELECT min(l.position), max(l.position) INTO found_first, found_last
            FROM event AS l WHERE l.id = ANY (ids[n + 1 : n + event_counts[a]]);
            IF found_first IS NOT NULL THEN
                status := 'appended';
                first_position := found_first;
                last_position := found_last;
            ELSE
                status := NULL;
            END IF;
        ELSE
            status := NULL;
        END IF;

        IF status IS NULL AND keys[a] IS NOT NULL THEN
            SELECT k.first_position, k.last_position, k.fingerprint INTO found_first, found_last, found_print
            FROM append_key AS k WHERE k.key = keys[a] AND k.expires_at > instant;
            IF FOUND THEN
                IF found_print = fingerprints[a] THEN
                    status := 'replayed';
                    first_position := found_first;
                    last_position := found_last;
                ELSE
                    status := 'key_reused';
                END IF;
            END IF;
        END IF;

        IF status IS NULL THEN
            FOR i IN e + 1 .. e + expect_counts[a] LOOP
                SELECT max(l.version) INTO at_version FROM event AS l WHERE l.stream = expect_streams[i];
                IF coalesce(at_version, 0) <> expect_versions[i] THEN
                    status := 'conflict';
                    stream := expect_streams[i];
                    actual := coalesce(at_version, 0);
                    EXIT;
                END IF;
            END LOOP;
        END IF;

        IF status IS NULL THEN
            status := 'appended';
            first_position := head + 1;
            correlation_id := coalesce(correlations[a], ids[n + 1]);
            last_stream := NULL;
            FOR i IN n + 1 .. n + event_counts[a] LOOP
                head := head + 1;
                IF streams[i] IS DISTINCT FROM last_stream THEN
                    last_stream := streams[i];
                    SELECT coalesce(max(l.version), 0) INTO at_version FROM event AS l WHERE l.stream = last_stream;
                END IF;
                at_version := at_version + 1;
                event_salt := uuid_send(gen_random_uuid());
                event_leaf := sha256(
                    '\x00000008'::bytea || int8send(head)
                    || int4send(octet_length(last_stream)) || convert_to(last_stream, 'UTF8')
                    || '\x00000008'::bytea || int8send(at_version)
                    || '\x00000010'::bytea || uuid_send(ids[i])
                    || int4send(octet_length(types[i])) || convert_to(types[i], 'UTF8')
                    || '\x00000002'::bytea || int2send(schema_versions[i])
                    || '\x00000008'::bytea || instant_raw
                    || int4send(octet_length(actors[a])) || convert_to(actors[a], 'UTF8')
                    || CASE WHEN causes[a] IS NULL THEN '\x00000000'::bytea
                            ELSE '\x00000010'::bytea || uuid_send(causes[a]) END
                    || '\x00000010'::bytea || uuid_send(correlation_id)
                    || '\x00000020'::bytea || sha256(event_salt || payloads[i])
                );
                head_chain := sha256(head_chain || event_leaf);
                INSERT INTO event (
                    position, version, recorded_at, id, correlation, cause, schema_version,
                    stream, type, actor, salt, payload, leaf, chain
                ) VALUES (
                    head, at_version, instant, ids[i], correlation_id, causes[a], schema_versions[i],
                    last_stream, types[i], actors[a], event_salt, payloads[i], event_leaf, head_chain
                );
            END LOOP;
            last_position := head;

            IF content_counts[a] > 0 THEN
                INSERT INTO content (hash, salt, media_type, body, position)
                SELECT content_hashes[j], content_salts[j], content_types[j], content_bodies[j], first_position
                FROM generate_series(c + 1, c + content_counts[a]) AS j;
            END IF;

            IF keys[a] IS NOT NULL THEN
                INSERT INTO append_key AS k (key, fingerprint, first_position, last_position, expires_at)
                VALUES (keys[a], fingerprints[a], first_position, last_position, instant + interval '7 days')
                ON CONFLICT (key) DO UPDATE
                SET fingerprint = excluded.fingerprint, first_position = excluded.first_position,
                    last_position = excluded.last_position, expires_at = excluded.expires_at;
            END IF;
        END IF;

        e := e + expect_counts[a];
        n := n + event_counts[a];
        c := c + content_counts[a];
        RETURN NEXT;
    END LOOP appends;

    IF head > head_before THEN
        PERFORM pg_notify('incumbent_log', head::text);
    END IF;
END
$$;
