"""What the log is measured against: the least that Postgres can do with the same bytes."""

import asyncpg

TABLE = """
CREATE TABLE raw (
    position bigserial PRIMARY KEY, version bigint NOT NULL, recorded_at timestamptz NOT NULL DEFAULT now(),
    id uuid NOT NULL, correlation uuid NOT NULL, cause uuid, schema_version smallint NOT NULL,
    stream text NOT NULL, type text NOT NULL, actor text NOT NULL, salt bytea, payload bytea,
    payload_hash bytea, leaf bytea NOT NULL, chain bytea NOT NULL, UNIQUE (stream, version)
)
"""
INSERT = (
    "INSERT INTO raw (version, id, correlation, schema_version, stream, type, actor, salt, payload, leaf, chain)"
    " VALUES (1, $1, $1, 1, $2, 'person.created', 'bench', $3, $4, $5, $5)"
)
INSERT_MANY = (
    "INSERT INTO raw (version, id, correlation, schema_version, stream, type, actor, salt, payload, leaf, chain)"
    " SELECT version, id, id, 1, stream, 'person.created', 'bench', salt, payload, leaf, leaf"
    " FROM unnest($1::bigint[], $2::uuid[], $3::text[], $4::bytea[], $5::bytea[], $6::bytea[])"
    " AS new (version, id, stream, salt, payload, leaf)"
)
INSERT_AND_NOTIFY = (
    "WITH inserted AS ("
    "INSERT INTO raw (version, id, correlation, schema_version, stream, type, actor, salt, payload, leaf, chain)"
    " VALUES (1, $1, $1, 1, $2, 'person.created', 'bench', $3, $4, $5, $5) RETURNING position)"
    " SELECT pg_notify('raw', position::text) FROM inserted"
)


async def make(admin_url: str) -> None:
    admin = await asyncpg.connect(admin_url)
    await admin.execute(TABLE)
    await admin.close()
