"""A large log against a small one, and the bytes that an event takes against those of a plain table."""

import os
import statistics
import time

import asyncpg

from events.catalogue import PersonCreated
from events.envelope import Append, NewEvent
from events.ids import mint
from events.log import Log
from tests.bench.pairs import PAIRS, Row, spread
from tests.support.servers import Database

SMALL = 10_000
LARGE = int(os.environ.get("INCUMBENT_BENCH_EVENTS", "300000"))
BATCH = 1_000
SAMPLES = 60
EVENT = PersonCreated(name="Ada Quist " * 20)

_PLAIN = """
CREATE TABLE plain (LIKE event INCLUDING DEFAULTS INCLUDING STORAGE, PRIMARY KEY (position), UNIQUE (stream, version))
"""


async def by_size(small: Database, large: Database) -> list[Row]:
    """p50 of an append to a log of so many events, and the bytes an event takes there, indexes included."""
    async with (
        asyncpg.create_pool(small.database_url, min_size=2, max_size=2) as few,
        asyncpg.create_pool(large.database_url, min_size=2, max_size=2) as many,
    ):
        logs = Log(few), Log(many)
        await _fill(logs[0], SMALL)
        await _fill(logs[1], LARGE)
        seconds: tuple[list[float], list[float]] = [], []
        for pair in range(PAIRS):
            for which in (0, 1) if pair % 2 == 0 else (1, 0):
                seconds[which].append(await _p50(logs[which]))
        for log in logs:
            await log.close()
    ratios = [more / less for less, more in zip(*seconds, strict=True)]
    p50 = Row(
        f"append p50 at {LARGE:,} events, floor: at {SMALL:,} (less is better)",
        f"{spread([value * 1000 for value in seconds[1]], 2)} ms",
        f"{spread([value * 1000 for value in seconds[0]], 2)} ms",
        spread(ratios, 2),
    )
    return [p50, await _bytes(large)]


async def _bytes(database: Database) -> Row:
    """The plain table gets the rows in the order in which the log got them."""
    admin = await asyncpg.connect(database.admin_url, command_timeout=600)
    await admin.execute(_PLAIN)
    for after in range(0, LARGE, BATCH):
        await admin.execute(
            "INSERT INTO plain SELECT * FROM event WHERE position > $1 AND position <= $1 + $2", after, BATCH
        )
    await admin.execute("VACUUM event, plain")
    count = await admin.fetchval("SELECT count(*) FROM event")
    plain = await admin.fetchval("SELECT count(*) FROM plain")
    size, floor = [
        await admin.fetchval("SELECT pg_total_relation_size($1::regclass)", name)
        for name in ("event", "plain")
    ]
    await admin.close()
    return Row(
        "bytes an event with indexes, floor: plain table, primary key, unique (stream, version)",
        f"{size / count:,.0f} B",
        f"{floor / plain:,.0f} B",
        f"{size / count / (floor / plain):.2f}",
    )


async def _fill(log: Log, events: int) -> None:
    while await log.head() < events:
        new = tuple(NewEvent(stream=mint("person"), event=EVENT) for _ in range(BATCH))
        await log.append(Append(events=new, actor="bench"))


async def _p50(log: Log) -> float:
    taken = []
    for _ in range(SAMPLES):
        append = Append(events=(NewEvent(stream=mint("person"), event=EVENT),), actor="bench")
        began = time.perf_counter()
        await log.append(append)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)
