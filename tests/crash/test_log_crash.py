"""Killed at random while they append: the writers' process, a backend, all of Postgres.

Whatever was acknowledged is there once, nothing is half there, the chain is whole, the follower catches up.
INCUMBENT_ROUNDS says how many times; `make crash` has a thousand.
"""

import asyncio
import logging
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from events.log import Log
from tests.crash.server import Server, backends, crashing_server
from tests.support.log import recomputed
from tests.support.processes import comes_true, open_folder
from tests.support.servers import Database

ROUNDS = int(os.environ.get("INCUMBENT_ROUNDS", "25"))
CHECK_EVERY = 25  # rounds
KINDS = ("the writers", "a backend, asked to end", "a backend", "all of Postgres")


class Writers:
    """The process that writes, and the one that stands by to follow it: starting Python takes longest."""

    def __init__(self, url: str, file: Path) -> None:
        self._url, self._file, self._count = url, file, 0
        self._next = self._spawn()
        self._process = self._begin()

    def kill(self) -> None:
        self._end(self._process)
        self._process = self._begin()

    def stop(self) -> None:
        self._end(self._process)
        self._end(self._next)

    def check(self) -> None:
        assert self._process.poll() is None, "the writers gave up"

    def _end(self, process: subprocess.Popen[str]) -> None:
        process.kill()
        process.communicate()

    def _begin(self) -> subprocess.Popen[str]:
        process, self._next = self._next, self._spawn()
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
        return process

    def _spawn(self) -> subprocess.Popen[str]:
        self._count += 1
        command = [sys.executable, "-m", "tests.crash.writer", self._url, str(self._file), f"w{self._count}"]
        return subprocess.Popen(command, stdin=subprocess.PIPE, text=True)


@pytest.fixture(scope="module")
def crashing() -> Iterator[tuple[Server, Database, Path]]:
    with open_folder() as folder, crashing_server(folder) as (server, database):
        yield server, database, folder


@pytest.mark.slow
async def test_what_was_acknowledged_is_there_once_whatever_was_killed(
    crashing: tuple[Server, Database, Path], randomness: random.Random, caplog: pytest.LogCaptureFixture
) -> None:
    server, database, folder = crashing
    file = folder / "acknowledged"
    file.touch()
    caplog.set_level(logging.ERROR)
    killed: Counter[str] = Counter()
    async with asyncpg.create_pool(database.database_url, min_size=1, max_size=3) as pool:
        log = Log(pool, poll=0.1)
        seen: list[int] = []
        follower = asyncio.create_task(_follow(log, seen))
        writers = Writers(database.database_url, file)
        try:
            for number in range(1, ROUNDS + 1):
                await _grows(file, writers)
                await asyncio.sleep(randomness.random() * 0.15)
                kind = randomness.choice(KINDS)
                await _kill(kind, server, database, writers, randomness)
                killed[kind] += 1
                assert not follower.done(), follower.exception()
                if number % CHECK_EVERY == 0:
                    await _grows(file, writers)
                    print(f"{number} rounds, {len(_acknowledged(file))} acknowledged")
        finally:
            writers.stop()
        head = await _all_is_well(database, file)
        caught_up = await asyncio.to_thread(comes_true, lambda: len(seen) >= head, within=10)
        assert caught_up, f"the follower stays at {len(seen)} of {head}"
        follower.cancel()
        await asyncio.gather(follower, return_exceptions=True)
        await log.close()
    assert seen == list(range(1, head + 1))
    print(f"{head} events; killed {dict(killed)}")


async def _kill(
    kind: str, server: Server, database: Database, writers: Writers, randomness: random.Random
) -> None:
    match kind:
        case "the writers":
            writers.kill()
        case "all of Postgres":
            server.kill()
            await server.restart()
        case _:
            admin = await asyncpg.connect(database.admin_url)
            try:
                pid = randomness.choice(await backends(admin))
                if kind == "a backend":  # the postmaster then restarts all of them
                    os.kill(pid, signal.SIGKILL)
                else:
                    await admin.execute("SELECT pg_terminate_backend($1)", pid)
            finally:
                admin.terminate()
            await server.ready()


async def _all_is_well(database: Database, file: Path) -> int:
    admin = await asyncpg.connect(database.admin_url)
    head = await recomputed(admin)
    rows = await admin.fetch(
        "SELECT actor, count(*) AS events, min(position) AS first, max(position) AS last FROM event GROUP BY actor"
    )
    without = await admin.fetchval(
        "SELECT count(*) FROM content AS c LEFT JOIN event AS e ON e.position = c.position"
        " WHERE e.actor IS DISTINCT FROM convert_from(c.body, 'UTF8')"
    )
    keys = await admin.fetchval(
        "SELECT count(*) FROM append_key AS k LEFT JOIN event AS e ON e.position = k.first_position"
        " WHERE e.actor IS DISTINCT FROM k.key"
    )
    await admin.close()
    stored = {row["actor"]: (row["first"], row["last"]) for row in rows}
    for row in rows:
        count = int(row["actor"].rsplit(".", 1)[1])
        assert row["events"] == count == row["last"] - row["first"] + 1, (
            f"{row['actor']} is half there, or twice"
        )
    acknowledged = _acknowledged(file)
    assert acknowledged
    for actor, first, last in acknowledged:
        assert stored.get(actor) == (int(first), int(last)), f"{actor} was acknowledged at {first} to {last}"
    assert without == keys == 0, "content or key of an append that is not there"
    return head


async def _follow(log: Log, seen: list[int]) -> None:
    async for batch in log.follow(0, limit=200):
        seen.extend(recorded.position for recorded in batch)


def _acknowledged(file: Path) -> list[list[str]]:
    """Lines of actor, first and last. A line is one write, but the last of a process may have been cut by its death."""
    return [line.split() for line in file.read_text("ascii").splitlines() if line.count(" ") == 2]


async def _grows(file: Path, writers: Writers) -> None:
    """Until more was acknowledged than now."""
    size = _size(file)
    grows = await asyncio.to_thread(comes_true, lambda: _size(file) > size, within=30)
    writers.check()
    assert grows, "nothing was acknowledged any more"


def _size(file: Path) -> int:
    return file.stat().st_size
