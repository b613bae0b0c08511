"""Killed at random while they deliver: a worker of two, or all of Postgres. That costs repeats, never a message.

INCUMBENT_ROUNDS says how many times, half as often as the log's; `make crash` has 500.
"""

import asyncio
import os
import random
import sys
from collections import Counter
from collections.abc import Iterator
from functools import partial

import pytest

from events.group import LOST
from tests.crash.server import Server, crashing_server
from tests.service.webhooks.world import World, by_post, order_of, pools_of
from tests.support.processes import open_folder
from tests.support.receiver import Receiver, receiver
from tests.support.servers import Database

ROUNDS = max(25, int(os.environ.get("INCUMBENT_ROUNDS", "25")) // 2)
LOOKED_AFTER = 25  # rounds
POSTS = tuple(f"post-{n}" for n in range(6))
KINDS = ("a worker", "a worker", "all of Postgres")


@pytest.fixture(scope="module")
def crashing() -> Iterator[tuple[Server, Database]]:
    with open_folder() as folder, crashing_server(folder) as (server, database):
        yield server, database


class Workers:
    """Two at work, so that one goes on while the other's follower starts."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._running: list[asyncio.subprocess.Process] = []

    async def fill(self) -> None:
        while len(self._running) < 2:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.service.webhooks.worker"),
                *(self._world.database.database_url, self._world.secret_key),
            )
            self._running.append(process)

    async def stop(self) -> None:
        while self._running:
            await self.kill(0)

    async def kill(self, number: int) -> None:
        process = self._running.pop(number)
        assert process.returncode is None, "a worker gave up by itself"
        process.kill()
        await process.wait()


@pytest.mark.slow
async def test_every_change_arrives_in_order_whatever_was_killed(
    crashing: tuple[Server, Database], randomness: random.Random
) -> None:
    server, database = crashing
    made: list[str] = []
    killed: Counter[str] = Counter()
    async with pools_of(database) as pools, receiver() as listening:
        world = await World.fresh(pools)
        subscription = await world.subscribe(listening)
        workers = Workers(world)
        try:
            for number in range(1, ROUNDS + 1):
                await workers.fill()
                for _ in range(3):
                    made += await world.change(*POSTS)
                more = partial(_more, len(listening.accepted))
                await listening.until(more, seconds=30)
                await asyncio.sleep(randomness.uniform(0, 0.1))
                killed[kind := randomness.choice(KINDS)] += 1
                if kind == "a worker":
                    await workers.kill(randomness.randrange(2))
                else:
                    server.kill()
                    await server.restart()
                    await _answers(world)
                if number % LOOKED_AFTER == 0:
                    await workers.fill()
                    await _all_arrived(world, listening, subscription, made)
                    print(f"{number} rounds, {len(made)} changes, {len(listening.accepted)} deliveries")
            await workers.fill()
            await _all_arrived(world, listening, subscription, made)
        finally:
            await workers.stop()
        states = await world.states(subscription)
    repeats = len(listening.accepted) - len(made)
    assert repeats <= ROUNDS * len(POSTS), "at most the one under way in each lane is repeated"
    assert set(states.values()) == {"delivered"}
    print(f"{len(made)} changes, {repeats} repeats; killed {dict(killed)}")


async def _all_arrived(world: World, listening: Receiver, subscription: str, made: list[str]) -> None:
    await listening.until(lambda r: {request.change for request in r.accepted} == set(made), seconds=60)
    for lane in by_post(listening.accepted).values():
        assert lane == sorted(lane, key=order_of), "in order, where a message may be repeated before the next"
    for request in listening.accepted[-10:]:
        assert world.genuine(request, subscription)


def _more(than: int, listening: Receiver) -> bool:
    return len(listening.accepted) > than


async def _answers(world: World) -> None:
    """Until the test's own connections are made again."""
    async with asyncio.timeout(30):
        for pool in (world.admin, world.pool):
            while True:
                try:
                    await pool.fetchval("SELECT 1")
                    break
                except LOST:
                    await asyncio.sleep(0.02)
