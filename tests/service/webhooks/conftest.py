"""A world of its own for each test of the queue."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.service.webhooks.world import World, world_of
from tests.support.servers import Database, PostgresServer


@pytest_asyncio.fixture(loop_scope="module")
async def world(postgres: PostgresServer, template: Database) -> AsyncIterator[World]:
    with postgres.database(template=template) as database:
        async with world_of(database) as fresh:
            yield fresh
