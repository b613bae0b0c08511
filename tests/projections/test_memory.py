"""The answers in memory: never older than asked for, gone when their post is touched, bounded."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date

import msgspec
import pytest
import pytest_asyncio
from redis.asyncio import Redis

from events.catalogue import from_builtin
from events.dates import PartialDate
from events.follow import Waker
from projections.cache import Cache
from projections.memory import POLL, Answer, Memory
from projections.model import HoldersAnswer
from projections.views import Views
from projections.watermark import PROJECTED_CHANNEL
from tests.projections.newsroom import Newsroom, Told

pytestmark = pytest.mark.usefixtures("projector")

_decoder = msgspec.json.Decoder(HoldersAnswer, dec_hook=from_builtin)


def names(answer: Answer | None) -> set[str]:
    assert answer is not None
    return {holder.name for holder in _decoder.decode(answer.body).holders}


@asynccontextmanager
async def following(views: Views, redis_url: str, bytes_at_most: int = 16_000_000) -> AsyncIterator[Memory]:
    waker = Waker(views._pool, PROJECTED_CHANNEL, poll=POLL)
    async with Redis.from_url(redis_url, socket_timeout=1) as redis:
        memory = Memory(views._pool, waker, Cache(redis, views), bytes_at_most=bytes_at_most)
        running = asyncio.create_task(memory.run())
        try:
            yield memory
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await waker.close()


@pytest_asyncio.fixture
async def memory(views: Views, redis_url: str) -> AsyncIterator[Memory]:
    async with following(views, redis_url) as memory:
        yield memory


@pytest_asyncio.fixture
async def post(newsroom: Newsroom, views: Views) -> str:
    post = await newsroom.post("clerk")
    await newsroom.day("2024-03-10")
    await views.wait_for(newsroom.position, 10)
    return post


async def appoint(newsroom: Newsroom, views: Views, post: str, name: str) -> int:
    """Somebody new takes the post, and the views show it."""
    person, paper = await newsroom.person(name), await newsroom.publisher("Ledger")
    since = {"date": PartialDate.parse("2024-03-01")}
    await newsroom.article(
        paper, "2024-03-02", f"News\n{name} is clerk", Told("in", person, post, name, since)
    )
    assert await views.wait_for(newsroom.position, 10)
    return newsroom.position


async def kept(memory: Memory, post: str, as_of: date | None = None) -> Answer:
    """The answer once it is in memory."""
    async with asyncio.timeout(10):
        while True:
            await memory.holders(post, as_of)
            if (found := memory.at_once(post, as_of)) is not None:
                return found
            await asyncio.sleep(0.005)


async def test_a_second_reader_is_answered_from_memory(memory: Memory, post: str) -> None:
    first = await kept(memory, post)

    assert memory.at_once(post) is first
    assert await memory.holders(post) is first
    assert memory.at_once(post, date(2024, 2, 1)) is None


async def test_what_touches_the_post_takes_the_answer_away(
    memory: Memory, newsroom: Newsroom, views: Views, post: str
) -> None:
    await kept(memory, post)

    position = await appoint(newsroom, views, post, "Ada Quist")

    assert memory.at_once(post, None, position) is None or names(memory.at_once(post, None, position)) == {
        "Ada Quist"
    }
    assert names(await memory.holders(post, None, position)) == {"Ada Quist"}
    assert names(await kept(memory, post)) == {"Ada Quist"}


async def test_a_turn_of_the_day_takes_every_answer_away(
    memory: Memory, newsroom: Newsroom, views: Views, post: str
) -> None:
    await kept(memory, post)

    await newsroom.day("2024-03-11")
    await views.wait_for(newsroom.position, 10)

    answer = await memory.holders(post, None, newsroom.position)
    assert answer is not None
    assert _decoder.decode(answer.body).as_of == date(2024, 3, 11)


async def test_a_position_ahead_is_never_answered_from_memory(
    memory: Memory, post: str, newsroom: Newsroom
) -> None:
    await kept(memory, post)

    assert memory.at_once(post, None, newsroom.position + 1) is None


async def test_who_cannot_look_gives_nothing(views: Views, redis_url: str, post: str) -> None:
    async with following(views, redis_url) as memory:
        await kept(memory, post)

    assert memory.at_once(post) is None


async def test_an_unknown_post_is_none(memory: Memory) -> None:
    assert await memory.holders("post-nowhere") is None


async def test_memory_is_bounded(views: Views, redis_url: str, newsroom: Newsroom) -> None:
    posts = [await newsroom.post(f"clerk of ward {number}") for number in range(6)]
    await views.wait_for(newsroom.position, 10)
    async with following(views, redis_url) as roomy:
        size = len((await kept(roomy, posts[0])).body)

    async with following(views, redis_url, bytes_at_most=3 * size) as memory:
        for post in posts:
            await kept(memory, post)

        assert sum(memory.at_once(post) is not None for post in posts) in (2, 3)


async def test_readers_and_writers_at_once_never_see_what_is_older_than_they_ask_for(
    memory: Memory, newsroom: Newsroom, views: Views, post: str
) -> None:
    written: list[tuple[int, str]] = []
    done = asyncio.Event()

    async def write() -> None:
        for number in range(25):
            name = f"Clerk Number{number} Quist"
            written.append((await appoint(newsroom, views, post, name), name))
        done.set()

    async def read() -> None:
        while not done.is_set():
            if not written:
                await asyncio.sleep(0)
                continue
            position, name = written[-1]
            answer = await memory.holders(post, None, position)
            assert name in names(answer), f"not there at {position}"
            await asyncio.sleep(0)

    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
        tasks.create_task(write())
        for _ in range(8):
            tasks.create_task(read())
