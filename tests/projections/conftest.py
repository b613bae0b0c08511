"""A log, a projector that runs, and views over them, on a fresh database a module."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest_asyncio

from events.log import Log
from projections.projector import Projector
from projections.views import Views
from tests.projections.newsroom import Newsroom
from tests.support.servers import Database


@asynccontextmanager
async def projecting(pool: asyncpg.Pool, log: Log) -> AsyncIterator[Projector]:
    """A projector that runs for the block."""
    projector, stop = Projector(pool, log, retry=0.05), asyncio.Event()
    running = asyncio.create_task(projector.run(stop))
    try:
        yield projector
    finally:
        stop.set()
        await running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool(database: Database) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(database.database_url, min_size=1, max_size=12) as pool:
        yield pool


@pytest_asyncio.fixture
async def admin(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """A connection that may do what the application may not."""
    connection = await asyncpg.connect(database.admin_url)
    yield connection
    await connection.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def log(pool: asyncpg.Pool) -> AsyncIterator[Log]:
    log = Log(pool, poll=0.2)
    yield log
    await log.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def projector(pool: asyncpg.Pool, log: Log) -> AsyncIterator[Projector]:
    async with projecting(pool, log) as projector:
        yield projector


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def views(pool: asyncpg.Pool, log: Log) -> AsyncIterator[Views]:
    views = Views(pool, log)
    yield views
    await views.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def newsroom(log: Log) -> Newsroom:
    return Newsroom(log)
