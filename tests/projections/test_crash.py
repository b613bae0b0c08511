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
    for _ in range(8):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.projections.projecting_process", database.database_url,
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
        await asyncio.sleep(randomness.uniform(0.02, 0.25))
        process.kill()
        await process.wait()
        reached.append(await pool.fetchval("SELECT position FROM cursor WHERE name = 'projector'"))

    async with projecting(pool, log):
        await caught_up(pool, log, newsroom.position)
    survived = await contents(pool)

    assert len(set(reached)) > 3, f"hardly any of the kills came in between: {reached}"
    assert survived == await projected_from_zero(pool, log, newsroom.position)
