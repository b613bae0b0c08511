"""Limits over Redis, in one process."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from redis.asyncio import Redis

from service import limits
from service.limits import Limits


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    async with Redis.from_url(redis_url) as redis:
        yield redis


async def test_whoever_waits_while_the_window_turns_is_answered_in_the_next(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    windows = iter([1, 2, 2, 2, 2])
    monkeypatch.setattr(limits, "_window", lambda: next(windows))
    worker = Limits(redis, prefix="turning")
    allowance = worker.of("key-1", 100)

    assert await worker.take("key-1", allowance)
    assert allowance.window == 2


async def test_those_who_wait_at_once_share_leases_and_get_no_more_than_there_is(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "_window", lambda: 7)
    workers = [Limits(redis, prefix="crowded") for _ in range(3)]
    calls = [worker.take("key-2", worker.of("key-2", 200)) for _ in range(100) for worker in workers]

    taken = await asyncio.gather(*calls)

    assert sum(taken) == 200
    counted = await redis.get("crowded:requests:key-2:7")
    assert counted is not None
    assert int(counted) <= 200 + 3 * workers[0].of("key-2", 200).block


async def test_callers_that_are_forgotten_get_no_more_for_it(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "_MOST_CALLERS", 5)
    monkeypatch.setattr(limits, "_window", lambda: 8)
    worker = Limits(redis, prefix="many")

    callers = [str(number) for number in range(20)]
    taken = [
        (caller, await worker.take(caller, worker.of(caller, 2))) for _ in range(4) for caller in callers
    ]

    for caller in callers:
        assert 1 <= taken.count((caller, True)) <= 2


async def test_whoever_comes_just_as_a_lease_has_come_and_is_spent_waits_for_the_next(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = iter([9] * 1_000)  # an end to waiting in vain, which would let nobody else run
    monkeypatch.setattr(limits, "_window", lambda: next(looks))
    worker = Limits(redis, prefix="turns")
    allowance = worker.of("key-3", 640)
    first = asyncio.create_task(worker.take("key-3", allowance))
    await asyncio.sleep(0)
    for _ in range(100_000):
        if allowance.take(9):
            break
        await asyncio.sleep(0)
    while allowance.take(9):
        pass  # the block that has just come is spent, in the same turn of the event loop

    assert await worker.take("key-3", allowance)
    assert await first
