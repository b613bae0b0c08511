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
from tests.bench import raw
from tests.bench.pairs import Row, paired
from tests.support.servers import Database

SECONDS = 0.7
POOL = 16
BATCH = 100
EVENT = PersonCreated(name="Ada Quist " * 20)


async def appends(database: Database) -> list[Row]:
    """Events a second: of one client, of 16 and 64 that each await their own durable answer, and in batches."""
    await raw.make(database.admin_url)
    rows = []
    async with (
        asyncpg.create_pool(database.admin_url, min_size=POOL, max_size=POOL) as pooled,
        asyncpg.create_pool(database.database_url, min_size=3, max_size=3) as pool,
    ):
        log = Log(pool)
        alone = await asyncpg.connect(database.admin_url)

        async def append(count: int = 1) -> None:
            new = tuple(NewEvent(stream=mint("person"), event=EVENT) for _ in range(count))
            await log.append(Append(events=new, actor="bench"))

        async def insert(into: asyncpg.Connection | asyncpg.Pool) -> None:
            stream = mint("person")
            await into.execute(raw.INSERT, event_id(), stream, os.urandom(16), encode(EVENT), os.urandom(32))

        async def insert_many() -> None:
            await alone.execute(
                raw.INSERT_MANY,
                [1] * BATCH,
                [event_id() for _ in range(BATCH)],
                [mint("person") for _ in range(BATCH)],
                [os.urandom(16) for _ in range(BATCH)],
                [encode(EVENT) for _ in range(BATCH)],
                [os.urandom(32) for _ in range(BATCH)],
            )

        rows.append(
            await paired(
                "appends, 1 client, floor: raw INSERTs over a connection of its own",
                "ev/s",
                partial(rate, append, 1),
                partial(rate, partial(insert, alone), 1),
            )
        )
        for clients in (1, 16, 64):
            rows.append(
                await paired(
                    f"appends, {clients} client{'s' if clients > 1 else ''}, floor: raw INSERTs, pool of {POOL}",
                    "ev/s",
                    partial(rate, append, clients),
                    partial(rate, partial(insert, pooled), clients),
                )
            )
        rows.append(
            await paired(
                f"appends in batches of {BATCH}, floor: raw INSERT ... SELECT FROM unnest",
                "ev/s",
                partial(rate, partial(append, BATCH), 1, BATCH),
                partial(rate, insert_many, 1, BATCH),
            )
        )
        await log.close()
        await alone.close()
    return rows


async def rate(act: Callable[[], Awaitable[None]], clients: int, events: int = 1) -> float:
    """Events a second of so many clients, each doing one act of so many events after the other."""
    done = 0
    began = time.perf_counter()

    async def client() -> None:
        nonlocal done
        while time.perf_counter() - began < SECONDS:
            await act()
            done += events

    await asyncio.gather(*(client() for _ in range(clients)))
    return done / (time.perf_counter() - began)
