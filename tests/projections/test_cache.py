"""The cache: as fresh as it says, whatever happens to it meanwhile; slower without Redis, never wrong."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from random import Random

import asyncpg
import msgspec
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from events.catalogue import from_builtin
from events.dates import PartialDate
from events.log import Log
from projections.answering.holders import Known
from projections.cache import Cache
from projections.model import HoldersAnswer
from projections.views import Views
from tests.projections.newsroom import Newsroom, Told

pytestmark = pytest.mark.usefixtures("projector")

_decoder = msgspec.json.Decoder(HoldersAnswer, dec_hook=from_builtin)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    async with Redis.from_url(redis_url, socket_timeout=1) as redis:
        yield redis


@pytest_asyncio.fixture
async def cache(redis: Redis, views: Views) -> AsyncIterator[Cache]:
    """A cache with nothing in it, and its follower."""
    await redis.flushdb()
    async with following(Cache(redis, views)) as cache:
        yield cache


@asynccontextmanager
async def following(cache: Cache) -> AsyncIterator[Cache]:
    stop = asyncio.Event()
    running = asyncio.create_task(cache.run(stop))
    try:
        yield cache
    finally:
        stop.set()
        await running


@pytest_asyncio.fixture
async def post(newsroom: Newsroom, views: Views) -> str:
    post = await newsroom.post("clerk")
    await newsroom.day("2024-03-10")
    await views.wait_for(newsroom.position, 10)
    return post


async def appoint(newsroom: Newsroom, views: Views, post: str, name: str) -> int:
    """Somebody new takes the post, and the views show it. Gives the position of the Change."""
    person, paper = await newsroom.person(name), await newsroom.publisher("Ledger")
    since = {"date": PartialDate.parse("2024-03-01")}
    await newsroom.article(
        paper, "2024-03-02", f"News\n{name} is clerk", Told("in", person, post, name, since)
    )
    assert await views.wait_for(newsroom.position, 10)
    return newsroom.position


async def answered(
    cache: Cache, post: str, as_of: date | None = None, min_position: int = 0
) -> HoldersAnswer:
    found = await cache.holders(post, as_of, min_position)
    assert found is not None
    return _decoder.decode(found[1])


def names(answer: HoldersAnswer) -> set[str]:
    return {holder.name for holder in answer.holders}


async def hit(cache: Cache, post: str, as_of: date | None = None) -> tuple[str, bytes]:
    """The answer once it comes out of Redis, which it does as soon as the follower has come along."""
    async with asyncio.timeout(10):
        while True:
            before = cache.hits
            found = await cache.holders(post, as_of)
            assert found is not None
            if cache.hits > before:
                return found
            await asyncio.sleep(0.01)


async def test_a_second_reader_is_answered_from_redis_with_the_same_bytes_and_etag(
    cache: Cache, views: Views, post: str
) -> None:
    first = await cache.holders(post)
    second = await hit(cache, post)

    assert second == first
    assert _decoder.decode(second[1]) == await views.holders(post)


async def test_after_a_change_the_answer_and_the_etag_are_new(
    cache: Cache, views: Views, newsroom: Newsroom, post: str
) -> None:
    tag, _ = await hit(cache, post)

    position = await appoint(newsroom, views, post, "Ada Quist")
    fresh = await cache.holders(post, None, position)

    assert fresh is not None
    assert fresh[0] != tag
    assert names(_decoder.decode(fresh[1])) == {"Ada Quist"}
    assert await hit(cache, post) == fresh


async def test_days_are_kept_apart_and_the_default_one_moves_when_a_day_turns(
    cache: Cache, views: Views, newsroom: Newsroom, post: str
) -> None:
    await appoint(newsroom, views, post, "Ada Quist")
    await hit(cache, post)
    _, earlier = await hit(cache, post, date(2024, 2, 1))

    await newsroom.day("2024-03-11")
    await views.wait_for(newsroom.position, 10)

    assert names(_decoder.decode(earlier)) == set()
    assert (await answered(cache, post, None, newsroom.position)).as_of == date(2024, 3, 11)
    assert _decoder.decode((await hit(cache, post))[1]).as_of == date(2024, 3, 11)


async def test_more_answers_at_once_than_redis_takes_connections_are_all_kept_each_its_own(
    cache: Cache, newsroom: Newsroom, views: Views
) -> None:
    posts = [await newsroom.post(f"clerk of ward {number}") for number in range(120)]
    await views.wait_for(newsroom.position, 10)
    await hit(cache, posts[0])  # the follower has come along

    first = await asyncio.gather(*(cache.holders(post) for post in posts))
    misses = cache.misses
    second = await asyncio.gather(*(cache.holders(post) for post in posts))

    assert cache.misses == misses
    assert second == first
    assert [_decoder.decode(each[1]).post.id for each in first if each] == posts


async def test_an_unknown_post_is_none(cache: Cache) -> None:
    assert await cache.holders("post-nowhere") is None


class SlowViews(Views):
    """Views whose answers are on their way until the test lets them go."""

    def __init__(self, pool: asyncpg.Pool, log: Log) -> None:
        super().__init__(pool, log)
        self.computed, self.go = asyncio.Event(), asyncio.Event()

    async def known_holders(
        self, post: str, as_of: date | None = None, at_position: int | None = None
    ) -> Known | None:
        known = await super().known_holders(post, as_of, at_position)
        self.computed.set()
        await self.go.wait()
        return known


@pytest.mark.parametrize("flushed", [False, True], ids=["redis stays", "redis forgets meanwhile"])
async def test_an_answer_computed_before_a_change_does_not_outlive_it(
    flushed: bool,
    cache: Cache,
    pool: asyncpg.Pool,
    log: Log,
    views: Views,
    newsroom: Newsroom,
    redis: Redis,
    post: str,
) -> None:
    await hit(cache, post)
    slow = SlowViews(pool, log)
    late = asyncio.create_task(Cache(redis, slow).holders(post, None, newsroom.position + 1))
    await slow.computed.wait()
    await appoint(newsroom, views, post, "Ada Quist")
    if flushed:
        await redis.flushdb()
    await hit(cache, post)  # the follower has come along
    await cache.holders(post, date(2024, 3, 5))
    await redis.delete(f"incumbent:holders:{post}")

    slow.go.set()
    stale = await late
    await slow.close()

    assert stale is not None
    assert names(_decoder.decode(stale[1])) == set()
    assert names(await answered(cache, post)) == {"Ada Quist"}


async def test_answers_do_not_count_once_nobody_follows(
    redis: Redis, views: Views, newsroom: Newsroom, post: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("projections.cache._STATE_LIVES", 200)
    await redis.flushdb()
    async with following(Cache(redis, views)) as cache:
        await cache.holders(post)
    await appoint(newsroom, views, post, "Ada Quist")
    await asyncio.sleep(0.3)

    assert names(await answered(cache, post)) == {"Ada Quist"}


async def test_what_was_kept_before_the_state_was_lost_does_not_count_after_it(
    cache: Cache, redis: Redis, views: Views, newsroom: Newsroom, post: str
) -> None:
    await hit(cache, post)
    kept = await redis.hgetall(f"incumbent:holders:{post}")
    await redis.delete("incumbent:holders")
    position = await appoint(newsroom, views, post, "Ada Quist")
    while (await redis.zscore("incumbent:holders", "cursor") or 0) < position:
        await views.wait_for(position + 1, 0.01)
    for field, value in kept.items():
        await redis.hset(f"incumbent:holders:{post}", field, value)

    assert kept
    assert names(await answered(cache, post)) == {"Ada Quist"}


async def test_more_posts_than_are_remembered_are_forgotten_safely(
    redis: Redis, views: Views, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("projections.cache._MOST_TOUCHED", 8)
    await redis.flushdb()
    posts = [await newsroom.post("clerk") for _ in range(6)]
    await views.wait_for(newsroom.position, 10)
    async with following(Cache(redis, views)) as cache:
        for turn in range(3):
            for number, post in enumerate(posts):
                await hit(cache, post)
                position = await appoint(newsroom, views, post, f"Clerk {turn} {number}")
                assert len(names(await answered(cache, post, None, position))) == turn + 1
        assert await redis.zcard("incumbent:holders") <= 12


async def test_a_late_answer_is_refused_even_when_its_post_is_no_longer_remembered(
    redis: Redis, pool: asyncpg.Pool, log: Log, views: Views, newsroom: Newsroom, post: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("projections.cache._MOST_TOUCHED", 8)
    await redis.flushdb()
    async with following(Cache(redis, views)) as cache:
        await hit(cache, post)
        slow = SlowViews(pool, log)
        late = asyncio.create_task(Cache(redis, slow).holders(post, None, newsroom.position + 1))
        await slow.computed.wait()
        await appoint(newsroom, views, post, "Ada Quist")
        for number in range(10):
            other = await newsroom.post("clerk")
            await appoint(newsroom, views, other, f"Clerk {number}")
            await hit(cache, other)
        assert await redis.zscore("incumbent:holders", f"post {post}") is None

        slow.go.set()
        await late
        await slow.close()

        assert names(await answered(cache, post)) == {"Ada Quist"}


async def test_a_database_restored_to_an_earlier_day_empties_the_cache(
    redis: Redis, views: Views, newsroom: Newsroom, post: str
) -> None:
    await redis.flushdb()
    await redis.zadd("incumbent:holders", {"cursor": 10**9, "epoch": 0, "floor": 0, "day": 0})
    await redis.hset(f"incumbent:holders:{post}", "", '900000000 W/"x"\n{}')

    async with following(Cache(redis, views)) as cache:
        await asyncio.sleep(0.2)
        position = await appoint(newsroom, views, post, "Ada Quist")

        assert names(await answered(cache, post, None, position)) == {"Ada Quist"}
        await hit(cache, post)


async def test_without_redis_it_answers_from_postgres(views: Views, newsroom: Newsroom, post: str) -> None:
    nowhere = Redis.from_url("redis://127.0.0.1:1/0", socket_connect_timeout=0.2)
    async with nowhere, following(Cache(nowhere, views)) as cache:
        position = await appoint(newsroom, views, post, "Ada Quist")

        for _ in range(3):
            assert names(await answered(cache, post, None, position)) == {"Ada Quist"}
        assert cache.hits == 0


async def test_no_reader_is_given_less_than_it_asks_for_while_all_goes_on_at_once(
    redis: Redis, views: Views, log: Log, randomness: Random
) -> None:
    """Writers, readers on three processes' caches, and a Redis that forgets, for a bounded while."""
    await redis.flushdb()
    newsroom = Newsroom(log)
    posts = [await newsroom.post("clerk") for _ in range(3)]
    caches = [Cache(redis, views) for _ in range(3)]
    asked = 0
    done = asyncio.Event()

    async def write(post: str) -> None:
        nonlocal asked
        own = Newsroom(log)
        own._names.update(newsroom._names)
        for number in range(20):
            position = await appoint(own, views, post, f"Clerk {number}")
            for cache in caches:
                answer = await answered(cache, post, None, position)
                assert answer.change is not None
                assert int(answer.change.split(".")[0]) >= position
                assert f"Clerk {number}" in names(answer)
                asked += 1

    async def read() -> None:
        while not done.is_set():
            await randomness.choice(caches).holders(randomness.choice(posts))
            await asyncio.sleep(randomness.uniform(0, 0.005))

    async def forget() -> None:
        while not done.is_set():
            await asyncio.sleep(randomness.uniform(0.05, 0.3))
            await redis.flushdb()

    async with following(caches[0]), following(caches[1]), following(caches[2]):
        others = [asyncio.create_task(each) for each in (read(), read(), read(), forget())]
        try:
            await asyncio.gather(*(write(post) for post in posts))
        finally:
            done.set()
            await asyncio.gather(*others)

    assert asked == 180
    assert sum(cache.hits for cache in caches) > 0
