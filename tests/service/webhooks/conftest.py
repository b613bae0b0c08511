"""The queue's tests share a database a module; each starts with nothing in it."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.service.webhooks.world import Pools, World, pools_of
from tests.support.servers import Database


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def pools(database: Database) -> AsyncIterator[Pools]:
    async with pools_of(database) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def world(pools: Pools) -> World:
    return await World.fresh(pools)
