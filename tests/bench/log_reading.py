"""Reading and following the log, against reading raw rows and a raw NOTIFY."""

import asyncio
import os
import statistics
import time

import asyncpg
import msgspec

from events.catalogue import AnyEvent, PersonCreated, encode, from_builtin
from events.envelope import Append, NewEvent
from events.ids import event_id, mint
from events.log import Log
from tests.bench import raw
from tests.bench.pairs import PAIRS, Row, paired, spread
from tests.support.servers import Database

EVENTS = 20_000
BATCH = 500
SAMPLES = 60  # in each of the pairs
EVENT = PersonCreated(name="Ada Quist " * 20)

_READ_RAW = (
    "SELECT position, stream, version, id, recorded_at, actor, cause, correlation, type, schema_version, payload"
    " FROM raw WHERE position > $1 ORDER BY position LIMIT $2"
)
_decoder = msgspec.json.Decoder(AnyEvent, dec_hook=from_builtin)


async def reads(database: Database) -> list[Row]:
    """Events a second, read in batches and decoded to typed events."""
    await raw.make(database.admin_url)
    async with asyncpg.create_pool(database.admin_url, min_size=3, max_size=3) as pool:
        log = Log(pool)
        for _ in range(EVENTS // BATCH):
            new = tuple(NewEvent(stream=mint("person"), event=EVENT) for _ in range(BATCH))
            await log.append(Append(events=new, actor="bench"))
        await pool.execute(
            "INSERT INTO raw SELECT position, version, recorded_at, id, correlation, cause, schema_version, stream,"
            " type, actor, salt, payload, payload_hash, leaf, chain FROM event"
        )
        await pool.execute("VACUUM ANALYZE event, raw")

        async def read() -> float:
            began, after = time.perf_counter(), 0
            while batch := await log.read(after, BATCH):
                after = batch[-1].position
            return EVENTS / (time.perf_counter() - began)

        async def read_raw() -> float:
            began, after = time.perf_counter(), 0
            while rows := await pool.fetch(_READ_RAW, after, BATCH):
                decoded = [_decoder.decode(row["payload"]) for row in rows]
                after = rows[-1]["position"]
                del decoded
            return EVENTS / (time.perf_counter() - began)

        row = await paired("read and decode, floor: raw rows and msgspec", "ev/s", read, read_raw)
        await log.close()
    return [row]


async def to_a_follower(database: Database) -> list[Row]:
    """From calling append until a follower holds the decoded event; floor: a raw INSERT with NOTIFY to a listener."""
    await raw.make(database.admin_url)
    ours: list[float] = []
    floors: list[float] = []
    async with asyncpg.create_pool(database.admin_url, min_size=4, max_size=4) as pool:
        log = Log(pool)
        arrived: asyncio.Queue[float] = asyncio.Queue()

        async def follow() -> None:
            async for batch in log.follow(await log.head()):
                for _ in batch:
                    arrived.put_nowait(time.perf_counter())

        def notified(*_: object) -> None:
            arrived.put_nowait(time.perf_counter())

        follower = asyncio.create_task(follow())
        listener = await asyncpg.connect(database.admin_url)
        await listener.add_listener("raw", notified)
        inserter = await asyncpg.connect(database.admin_url)
        await asyncio.sleep(0.3)

        async def append() -> None:
            new = NewEvent(stream=mint("person"), event=EVENT)
            await log.append(Append(events=(new,), actor="bench"))

        async def insert() -> None:
            key, stream = event_id(), mint("person")
            await inserter.execute(
                raw.INSERT_AND_NOTIFY, key, stream, os.urandom(16), encode(EVENT), os.urandom(32)
            )

        for pair in range(PAIRS):
            for act, kept in ((append, ours), (insert, floors))[:: 1 if pair % 2 == 0 else -1]:
                for _ in range(SAMPLES):
                    began = time.perf_counter()
                    await act()
                    kept.append(await arrived.get() - began)
        follower.cancel()
        await asyncio.gather(follower, return_exceptions=True)
        await log.close()
        await listener.close()
        await inserter.close()
    return [
        _row(f"append to a follower, {name}", ours, floors, cut) for name, cut in (("p50", 50), ("p99", 99))
    ]


def _row(what: str, ours: list[float], floors: list[float], percentile: int) -> Row:
    """Percentiles over all, and the ratio with its range over the pairs."""

    def cut(values: list[float]) -> float:
        return statistics.quantiles(values, n=100)[percentile - 1] * 1000

    pairs = [slice(start, start + SAMPLES) for start in range(0, len(ours), SAMPLES)]
    ratios = [cut(ours[pair]) / cut(floors[pair]) for pair in pairs]
    return Row(
        f"{what}, floor: raw INSERT with NOTIFY (less is better)",
        f"{cut(ours):.2f} ms",
        f"{cut(floors):.2f} ms",
        f"{cut(ours) / cut(floors):.2f}; by pair {spread(ratios, 2)}",
    )
