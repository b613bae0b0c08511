"""kill -9 of the projector's process, at any moment."""

import asyncio
import sys
from random import Random

import asyncpg
import pytest

from events.log import Log
from tests.projections.conftest import projecting
from tests.projections.newsroom import Newsroom
from tests.projections.test_projector import caught_up, contents, projected_from_zero, tell_at_random
from tests.support.servers import Database


@pytest.mark.slow
async def test_processes_that_are_killed_lose_and_repeat_nothing(
    database: Database, pool: asyncpg.Pool, log: Log, randomness: Random
) -> None:
    newsroom, reached = Newsroom(log), [0]
    await tell_at_random(newsroom, randomness, 120)
    for _ in range(6):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.projections.projecting_process", database.database_url
        )  # fmt: skip
        try:
            await moved_on(pool, reached[-1])
            await asyncio.sleep(randomness.uniform(0, 0.05))
        finally:
            process.kill()
            await process.wait()
        reached.append(await watermark(pool))

    async with projecting(pool, log):
        await caught_up(pool, log, newsroom.position)
    survived = await contents(pool)

    assert reached[-1] < newsroom.position, f"the last kill came too late to matter: {reached}"
    assert survived == await projected_from_zero(pool, log, newsroom.position)


async def watermark(pool: asyncpg.Pool) -> int:
    position = await pool.fetchval("SELECT position FROM cursor WHERE name = 'projector'")
    assert isinstance(position, int)
    return position


async def moved_on(pool: asyncpg.Pool, position: int) -> None:
    async with asyncio.timeout(30):
        while True:
            if await watermark(pool) > position:
                return
            await asyncio.sleep(0.005)
