"""32 unruly writers in 4 processes, 4 followers: none of them skips, repeats or reorders, where a naive reader does."""

import asyncio
import random
import sys
from collections import Counter

import asyncpg
import msgspec

from events.catalogue import PersonCreated
from events.envelope import Append, NewEvent
from events.ids import mint
from events.log import Log
from tests.events.log_follower import END, Seen, follow
from tests.events.log_writers import WAYS, Outcome
from tests.support.log import recomputed
from tests.support.servers import Database

PROCESSES = 4
SECONDS = 3.0


async def test_no_follower_skips_repeats_or_reorders_whatever_the_writers_do(
    each_database: Database, seed: int
) -> None:
    url = each_database.database_url
    async with asyncpg.create_pool(url, min_size=2, max_size=6) as pool:
        log = Log(pool, poll=0.2)
        here = asyncio.create_task(follow(log, 500))
        polled = asyncio.create_task(_poll(log))
        elsewhere = [asyncio.create_task(_run("log_follower", url, str(limit))) for limit in (7, 300)]

        outcomes = [
            msgspec.json.decode(output, type=Outcome)
            for output in await asyncio.gather(
                *(_run("log_writers", url, f"{seed}.{number}", str(SECONDS)) for number in range(PROCESSES))
            )
        ]
        last = await log.append(
            Append(events=(NewEvent(stream=mint("person"), event=PersonCreated(name="Z")),), actor=END)
        )
        seen = [await asyncio.wait_for(follower, 60) for follower in (here, polled)]
        seen += [msgspec.json.decode(await asyncio.wait_for(output, 60), type=Seen) for output in elsewhere]
        await log.close()

    admin = await asyncpg.connect(each_database.admin_url)
    head = await recomputed(admin)
    rows = await admin.fetch("SELECT position, id::text AS id FROM event ORDER BY position")
    await admin.close()
    stored = [(row["position"], row["id"]) for row in rows]
    position_of = {id: position for position, id in stored}
    acknowledged = {id: position for outcome in outcomes for id, position in outcome.acknowledged.items()}
    unknown = set[str]().union(*(outcome.unknown for outcome in outcomes))
    counts = sum((Counter(outcome.counts) for outcome in outcomes), Counter[str]())
    print(f"{head} events; {dict(counts)}")

    assert head == last.last == len(stored)
    assert {id: position_of.get(id) for id in acknowledged} == acknowledged
    assert set(position_of) - set(acknowledged) - unknown == {stored[-1][1]}, (
        "recorded, and nobody knows of it"
    )
    for follower in seen:
        assert follower == stored
    assert all(counts[way] for way in WAYS), f"the load was too tame: {counts}"


async def test_a_naive_reader_skips_under_the_same_load(
    database: Database, randomness: random.Random
) -> None:
    """The positive control: numbers are drawn before the commit, and commits come in another order."""
    admin = await asyncpg.connect(database.admin_url)
    await admin.execute("CREATE TABLE naive (position bigserial PRIMARY KEY, payload text)")
    ends = asyncio.get_running_loop().time() + 1.5
    seen: set[int] = set()

    async def write(connection: asyncpg.Connection) -> None:
        while asyncio.get_running_loop().time() < ends:
            async with connection.transaction():
                await connection.execute("INSERT INTO naive (payload) VALUES ('x')")
                if randomness.random() < 0.3:
                    await asyncio.sleep(randomness.random() * 0.02)

    async def read() -> None:
        last = 0
        while True:
            for row in await admin.fetch("SELECT position FROM naive WHERE position > $1 ORDER BY 1", last):
                last = row["position"]
                seen.add(last)
            await asyncio.sleep(0.001)

    connections = [await asyncpg.connect(database.admin_url) for _ in range(16)]
    reader = asyncio.create_task(read())
    await asyncio.gather(*map(write, connections))
    await asyncio.sleep(0.2)
    reader.cancel()
    await asyncio.gather(reader, return_exceptions=True)
    stored = {row["position"] for row in await admin.fetch("SELECT position FROM naive")}
    for connection in (*connections, admin):
        await connection.close()

    print(f"the naive reader skipped {len(stored - seen)} of {len(stored)}")
    assert stored - seen, "the load would not have shown a log that skips"


async def _poll(log: Log) -> Seen:
    """A follower without notifications, that reads what there is again and again."""
    seen: Seen = []
    while True:
        batch = await log.read(seen[-1][0] if seen else 0, 50)
        seen += [(recorded.position, str(recorded.id)) for recorded in batch]
        if any(recorded.actor == END for recorded in batch):
            return seen
        await asyncio.sleep(0 if batch else 0.005)


async def _run(module: str, *arguments: str) -> bytes:
    """The standard output of a module of tests, run as a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", f"tests.events.{module}", *arguments, stdout=asyncio.subprocess.PIPE
    )
    try:
        output, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode == 0, f"{module} ended with {process.returncode}"
    return output
