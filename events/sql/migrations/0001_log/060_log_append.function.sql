-- Appends a group of appends, each all or nothing, in one round trip, and gives a row for each, in order:
--   appended    first and last position
--   replayed    the key was used before with this fingerprint: the first answer again
--   key_reused  the key was used before with another fingerprint
--   conflict    stream is at version actual, not expected
-- It takes the log's lock before it looks at anything, so positions are gapless and rise in commit order: who has
-- seen position n has seen everything up to n. That needs a fresh snapshot after the lock: READ COMMITTED only.
--
-- Arrays hold an element for each append (actors, keys, fingerprints, causes, correlations, the ends), for each event
-- (streams, ids, types, schema_versions, salted), expectation or content. The ends say up to which element of the
-- following arrays an append reaches. Streams are given as numbers of `names`, where each stands once. Arrays in which
-- nothing would stand are null.
--
-- leaf = SHA-256 over position, stream, version, id, type, schema_version, recorded_at (microseconds since 1970),
-- actor, cause, correlation and SHA-256(salt || payload), each preceded by its length as four bytes.
--
-- Every expression costs its set-up once a call, which is most of what a single append costs, so there are few. Plans
-- are generic, since a plan for these very arrays would be made anew each time, and never read a whole table, since a
-- plan made while it is small stays in use while it grows.
CREATE FUNCTION log_append(
    actors          text[],
    event_ends      integer[],
    names           text[],
    streams         integer[],
    ids             uuid[],
    types           text[],
    schema_versions smallint[],
    salted          bytea[],                  -- 16 bytes of salt, then the payload
    retried         boolean   DEFAULT false,  -- these may have been committed before the connection was lost
    causes          uuid[]    DEFAULT NULL,
    correlations    uuid[]    DEFAULT NULL,
    keys            text[]    DEFAULT NULL,
    fingerprints    bytea[]   DEFAULT NULL,
    expect_ends     integer[] DEFAULT NULL,
    expect_streams  integer[] DEFAULT NULL,
    expect_versions bigint[]  DEFAULT NULL,
    content_ends    integer[] DEFAULT NULL,
    content_hashes  bytea[]   DEFAULT NULL,
    content_salts   bytea[]   DEFAULT NULL,
    content_types   text[]    DEFAULT NULL,
    content_bodies  bytea[]   DEFAULT NULL
)
RETURNS TABLE (status text, first_position bigint, last_position bigint, stream text, actual bigint)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = public, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
AS $$
#variable_conflict use_column
DECLARE
    head        bigint;
    head_before bigint;
    head_chain  bytea;
    instant     timestamptz;
    instant_raw bytea;
    versions    bigint[];  -- of each of the names, with what this group has appended so far
    s           integer;
    leaf        bytea;
    new_events  event[] := '{}';
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'log_append needs READ COMMITTED, not %', current_setting('transaction_isolation')
            USING ERRCODE = 'invalid_transaction_state';
    END IF;
    PERFORM pg_advisory_xact_lock(1768842594, 1);

    SELECT l.position, greatest(l.recorded_at, clock_timestamp()), l.chain INTO head, instant, head_chain
    FROM event AS l ORDER BY l.position DESC LIMIT 1;
    IF NOT FOUND THEN
        head := 0;
        instant := clock_timestamp();
        head_chain := decode(repeat('00', 32), 'hex');
    END IF;
    head_before := head;
    instant_raw := int8send((extract(epoch FROM instant) * 1000000)::bigint);
    versions := ARRAY(
        SELECT coalesce((SELECT max(l.version) FROM event AS l WHERE l.stream = name), 0)
        FROM unnest(names) AS name
    );

    <<appends>>
    FOR a IN 1 .. cardinality(actors) LOOP
        IF retried THEN
            SELECT l.position INTO first_position
            FROM event AS l WHERE l.id = ids[coalesce(event_ends[a - 1], 0) + 1];
            IF FOUND THEN
                status := 'appended';
                last_position := first_position + event_ends[a] - coalesce(event_ends[a - 1], 0) - 1;
                RETURN NEXT;
                CONTINUE appends;
            END IF;
        END IF;

        IF keys[a] IS NOT NULL THEN
            SELECT CASE WHEN k.fingerprint = fingerprints[a] THEN 'replayed' ELSE 'key_reused' END,
                   k.first_position, k.last_position
            INTO status, first_position, last_position
            FROM append_key AS k WHERE k.key = keys[a] AND k.expires_at > instant;
            IF FOUND THEN
                RETURN NEXT;
                CONTINUE appends;
            END IF;
        END IF;

        FOR i IN coalesce(expect_ends[a - 1], 0) + 1 .. coalesce(expect_ends[a], 0) LOOP
            s := expect_streams[i];
            IF versions[s] <> expect_versions[i] THEN
                status := 'conflict';
                first_position := NULL;
                last_position := NULL;
                stream := names[s];
                actual := versions[s];
                RETURN NEXT;
                stream := NULL;
                actual := NULL;
                CONTINUE appends;
            END IF;
        END LOOP;

        first_position := head + 1;
        FOR i IN coalesce(event_ends[a - 1], 0) + 1 .. event_ends[a] LOOP
            IF correlations[a] IS NULL THEN
                correlations[a] := ids[i];
            END IF;
            head := head + 1;
            s := streams[i];
            versions[s] := versions[s] + 1;
            leaf := sha256(
                '\x00000008'::bytea || int8send(head)
                || int4send(octet_length(names[s])) || convert_to(names[s], 'UTF8')
                || '\x00000008'::bytea || int8send(versions[s])
                || '\x00000010'::bytea || uuid_send(ids[i])
                || int4send(octet_length(types[i])) || convert_to(types[i], 'UTF8')
                || '\x00000002'::bytea || int2send(schema_versions[i])
                || '\x00000008'::bytea || instant_raw
                || int4send(octet_length(actors[a])) || convert_to(actors[a], 'UTF8')
                || CASE WHEN causes[a] IS NULL THEN '\x00000000'::bytea
                        ELSE '\x00000010'::bytea || uuid_send(causes[a]) END
                || '\x00000010'::bytea || uuid_send(correlations[a])
                || '\x00000020'::bytea || sha256(salted[i])
            );
            head_chain := sha256(head_chain || leaf);
            new_events := new_events || ROW(
                head, versions[s], instant, ids[i], correlations[a], causes[a], schema_versions[i],
                names[s], types[i], actors[a], substr(salted[i], 1, 16), substr(salted[i], 17), NULL,
                leaf, head_chain
            )::event;
        END LOOP;
        last_position := head;
        status := 'appended';
        RETURN NEXT;

        IF content_ends[a] > coalesce(content_ends[a - 1], 0) THEN
            INSERT INTO content (hash, salt, media_type, body, position)
            SELECT content_hashes[j], content_salts[j], content_types[j], content_bodies[j], first_position
            FROM generate_series(coalesce(content_ends[a - 1], 0) + 1, content_ends[a]) AS j;
        END IF;

        IF keys[a] IS NOT NULL THEN
            INSERT INTO append_key AS k (key, fingerprint, first_position, last_position, expires_at)
            VALUES (keys[a], fingerprints[a], first_position, last_position, instant + interval '7 days')
            ON CONFLICT (key) DO UPDATE
            SET fingerprint = excluded.fingerprint, first_position = excluded.first_position,
                last_position = excluded.last_position, expires_at = excluded.expires_at;
        END IF;
    END LOOP appends;

    IF head > head_before THEN
        INSERT INTO event SELECT * FROM unnest(new_events);
        PERFORM pg_notify('incumbent_log', head::text);
    END IF;
END
$$;
