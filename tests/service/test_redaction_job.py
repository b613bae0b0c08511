"""The job behind a redaction: done again until it is done, whatever fails in between."""

from collections.abc import AsyncIterator
from datetime import date

import asyncpg
import pytest
import pytest_asyncio
from redis.asyncio import Redis
from redis.exceptions import RedisError

from events.cursor import Cursor
from events.log import Log
from events.redaction import redact
from projections.cache import Cache
from projections.projector import Projector
from projections.views import Views
from service.redaction import CURSOR, carry_on
from tests.projections.conftest import projecting
from tests.projections.newsroom import Newsroom, Told
from tests.support.servers import Database
from tests.support.service import free_port

WORDS = "Mayor Quist"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool(database: Database) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(database.database_url, min_size=1, max_size=12) as pool:
        yield pool


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


@pytest_asyncio.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    async with Redis.from_url(redis_url) as redis:
        await redis.flushdb()
        yield redis


async def told(newsroom: Newsroom) -> tuple[str, str]:
    """An article that says who holds a post, and the post."""
    ada, mayor = await newsroom.person("Ada Quist"), await newsroom.post("mayor")
    paper = await newsroom.publisher("Ledger")
    return await newsroom.article(
        paper, "2024-03-01", f"News\n{WORDS}", Told("holds", ada, mayor, WORDS)
    ), mayor


async def stale(redis: Redis, post: str) -> None:
    """An answer that Redis kept from a time when nobody followed, as after an outage."""
    await redis.hset(f"incumbent:holders:{post}", "", f"1 W/tag\n{WORDS}")


async def test_the_views_let_go_of_the_words_in_the_step_that_shows_the_redaction(
    pool: asyncpg.Pool, log: Log, views: Views, redis: Redis, database: Database
) -> None:
    """One who recorded it and died: from the watermark on that shows the event no answer holds the words.

    First of all, while no projector runs but those that it starts.
    """
    newsroom = Newsroom(log)
    article, post = await told(newsroom)
    async with projecting(pool, log):
        assert await views.wait_for(newsroom.position, 10)
    admin = await asyncpg.connect(database.admin_url)
    await admin.execute("REVOKE EXECUTE ON FUNCTION log_redact FROM incumbent_application")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await redact(log, pool, article, reason="a court order", actor="operator")
    await admin.execute("GRANT EXECUTE ON FUNCTION log_redact TO incumbent_application")
    await admin.close()
    position = await log.head()
    kept = await views.known_holders(post, date(2024, 3, 1))
    assert kept is not None
    assert kept.answer.holders[0].claims[0].quote == WORDS
    assert await carry_on(pool, Cache(redis, views)) == 0, "the views do not know of it yet"

    async with projecting(pool, log):
        assert await views.wait_for(position, 10)
    shown = await views.known_holders(post, date(2024, 3, 1))

    assert shown is not None
    assert shown.answer.holders[0].claims[0].quote is None
    assert (shown.touched, shown.position) == (position, position), "a cache takes no older answer"
    assert await views.changes((position - 1, 10**6), 10, post) == []
    assert await carry_on(pool, Cache(redis, views)) == 1


@pytest.mark.usefixtures("projector")
async def test_an_answer_that_redis_kept_goes_even_where_it_would_never_be_given(
    pool: asyncpg.Pool, log: Log, views: Views, redis: Redis
) -> None:
    article, post = await told(Newsroom(log))
    await stale(redis, post)
    done = await redact(log, pool, article, reason="a court order", actor="operator")
    assert await views.wait_for(done.position, 10)

    assert await carry_on(pool, Cache(redis, views)) == 1

    assert await redis.keys("*") == []
    assert await Cursor(pool, CURSOR).position() == done.position
    assert await carry_on(pool, Cache(redis, views)) == 0, "it is done once"


@pytest.mark.usefixtures("projector")
async def test_while_redis_is_away_the_job_is_not_done(
    pool: asyncpg.Pool, log: Log, views: Views, redis: Redis
) -> None:
    article, post = await told(Newsroom(log))
    await stale(redis, post)
    before = await Cursor(pool, CURSOR).position()
    done = await redact(log, pool, article, reason="a court order", actor="operator")
    assert await views.wait_for(done.position, 10)

    async with Redis.from_url(f"redis://127.0.0.1:{free_port()}/0") as away:
        with pytest.raises(RedisError):
            await carry_on(pool, Cache(away, views))
    assert await Cursor(pool, CURSOR).position() == before

    assert await carry_on(pool, Cache(redis, views)) == 1
    assert await redis.keys("*") == []
