"""The log beside the PyPI package eventsourcing, its PostgreSQL recorder on the same server with the same bytes.

It is called as near to the database as it lets one (a recorder, no application, no cipher, no snapshots), in a thread
for each client, since it is synchronous. It is in the dependency group `bench`; without it there are no rows.
"""

import asyncio
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

import asyncpg

from events.catalogue import decode, encode
from events.envelope import Append, NewEvent
from events.ids import mint
from events.log import Log
from tests.bench.appends import BATCH, EVENT, SECONDS, rate
from tests.bench.pairs import Row, paired
from tests.support.servers import Database

CLIENTS = (1, 16, 64)
READ = 10_000
PAGE = 500


async def beside_eventsourcing(database: Database, other: Database) -> list[Row]:
    """Rows against the peer; one that says so where it is not installed."""
    if find_spec("eventsourcing") is None or find_spec("psycopg") is None:
        return [Row("beside eventsourcing", "not installed: uv pip install --group bench", "", "")]
    rows = []
    async with asyncpg.create_pool(database.database_url, min_size=3, max_size=3) as pool:
        log = Log(pool)

        async def append(count: int = 1) -> None:
            new = tuple(NewEvent(stream=mint("person"), event=EVENT) for _ in range(count))
            await log.append(Append(events=new, actor="bench"))

        with ThreadPoolExecutor(max(CLIENTS)) as threads:
            for clients in CLIENTS:
                recorder, close = _recorder(other, clients)
                rows.append(
                    await paired(
                        f"appends, {clients} client{'s' if clients > 1 else ''}, beside eventsourcing",
                        "ev/s",
                        partial(rate, append, clients),
                        partial(_rate, threads, partial(_insert, recorder, 1), clients, 1),
                    )
                )
                close()
            recorder, close = _recorder(other, 1)
            rows.append(
                await paired(
                    f"appends in batches of {BATCH}, beside eventsourcing",
                    "ev/s",
                    partial(rate, partial(append, BATCH), 1, BATCH),
                    partial(_rate, threads, partial(_insert, recorder, BATCH), 1, BATCH),
                )
            )
            rows.append(
                await paired(
                    "read and decode, beside eventsourcing",
                    "ev/s",
                    partial(_read, log),
                    partial(_read_theirs, threads, recorder),
                )
            )
            close()
        await log.close()
    return rows


def _recorder(database: Database, connections: int) -> tuple[Any, Callable[[], None]]:
    from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

    parts = urlsplit(database.admin_url)
    datastore = PostgresDatastore(
        dbname=database.name,
        host=parts.hostname or "",
        port=parts.port or 5432,
        user=parts.username or "",
        password=parts.password or "",
        pool_size=connections,
        max_overflow=0,
    )
    recorder = PostgresApplicationRecorder(datastore)
    recorder.create_table()
    return recorder, datastore.close


def _insert(recorder: Any, count: int) -> None:
    from eventsourcing.persistence import StoredEvent

    stream, payload = uuid.uuid4(), encode(EVENT)
    recorder.insert_events(
        [StoredEvent(stream, version, "person.created", payload) for version in range(count)]
    )


async def _rate(threads: ThreadPoolExecutor, act: Callable[[], None], clients: int, events: int) -> float:
    """Events a second of so many threads, each doing one act after the other."""

    def client() -> int:
        done = 0
        while time.perf_counter() - began < SECONDS:
            act()
            done += events
        return done

    loop = asyncio.get_running_loop()
    act()
    began = time.perf_counter()
    counts = await asyncio.gather(*(loop.run_in_executor(threads, client) for _ in range(clients)))
    return sum(counts) / (time.perf_counter() - began)


async def _read(log: Log) -> float:
    began, after = time.perf_counter(), 0
    while after < READ:
        after = (await log.read(after, PAGE))[-1].position
    return after / (time.perf_counter() - began)


async def _read_theirs(threads: ThreadPoolExecutor, recorder: Any) -> float:
    def read() -> float:
        began, after = time.perf_counter(), 0
        while after < READ:
            page = recorder.select_notifications(after + 1, PAGE)
            decoded = [decode(notification.state) for notification in page]
            after = page[-1].id
            del decoded
        return after / (time.perf_counter() - began)

    return await asyncio.get_running_loop().run_in_executor(threads, read)
