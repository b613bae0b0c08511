"""Appends against raw INSERTs of the same bytes, on the same server, all durable."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable
from functools import partial

import asyncpg

from events.catalogue import PersonCreated, encode
from events.envelope import Append, NewEvent
from events.ids import event_id, mint
from events.log import Log
from tests.bench.pairs import Row, paired
from tests.support.servers import Database

SECONDS = 0.7
POOL = 16
EVENT = PersonCreated(name="Ada Quist " * 20)

_TABLE = """
CREATE TABLE raw (
    position bigserial PRIMARY KEY, version bigint NOT NULL, recorded_at timestamptz NOT NULL DEFAULT now(),
    id uuid NOT NULL, correlation uuid NOT NULL, cause uuid, schema_version smallint NOT NULL,
    stream text NOT NULL, type text NOT NULL, actor text NOT NULL, salt bytea, payload bytea,
    payload_hash bytea, leaf bytea NOT NULL, chain bytea NOT NULL, UNIQUE (stream, version)
)
"""
_INSERT = (
    "INSERT INTO raw (version, id, correlation, schema_version, stream, type, actor, salt, payload, leaf, chain)"
    " VALUES (1, $1, $1, 1, $2, 'person.created', 'bench', $3, $4, $5, $5)"
)


async def appends(database: Database) -> list[Row]:
    """Events a second with 1, 16 and 64 clients that each await their own durable answer."""
    admin = await asyncpg.connect(database.admin_url)
    await admin.execute(_TABLE)
    await admin.close()
    rows = []
    async with (
        asyncpg.create_pool(database.admin_url, min_size=POOL, max_size=POOL) as raw,
        asyncpg.create_pool(database.database_url, min_size=3, max_size=3) as pool,
    ):
        log = Log(pool)

        async def append() -> None:
            new = NewEvent(stream=mint("person"), event=EVENT)
            await log.append(Append(events=(new,), actor="bench"))

        async def insert() -> None:
            stream = mint("person")
            await raw.execute(_INSERT, event_id(), stream, os.urandom(16), encode(EVENT), os.urandom(32))

        for clients in (1, 16, 64):
            rows.append(
                await paired(
                    f"appends, {clients} client{'s' if clients > 1 else ''}, floor: raw INSERTs, pool of {POOL}",
                    "ev/s",
                    partial(_rate, append, clients),
                    partial(_rate, insert, clients),
                )
            )
        await log.close()
    return rows


async def _rate(act: Callable[[], Awaitable[None]], clients: int) -> float:
    """Acts a second of so many clients, each doing one after the other."""
    done = 0
    began = time.perf_counter()

    async def client() -> None:
        nonlocal done
        while time.perf_counter() - began < SECONDS:
            await act()
            done += 1

    await asyncio.gather(*(client() for _ in range(clients)))
    return done / (time.perf_counter() - began)
