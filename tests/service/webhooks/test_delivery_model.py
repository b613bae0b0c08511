"""Days of deliveries to receivers that misbehave, on a clock that moves only when nothing is left to do.

So everything is tried exactly when it is due, and the schedule can be read off the attempts.
"""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import asyncpg

from service.webhooks.clock import Clock
from service.webhooks.schedule import FIRST_HOUR, PROBE_AFTER, PROBE_AT_MOST, PROBES
from service.webhooks.store import DELIVERIES_CHANNEL
from tests.service.webhooks.world import World, by_post, order_of
from tests.support.receiver import Receiver, Reply, Request, Trick, receiver

START = datetime(2026, 3, 1, 6, tzinfo=UTC)
SECONDS = 20.0  # of ours; a day of theirs takes one to three
POSTS = tuple(f"post-{n}" for n in range(5))
POISON = "post-4"  # what is about it is refused whenever there is an answer
SWIFT = ("broken", "close", "down", "busy")  # failures that cost us no waiting
SLOW = ("hang", "drip headers")
RETRY_AFTER = 90
RETRIES = (5, 300, 1_800, 7_200)  # seconds


class StepClock(Clock):
    """It stands until it is moved."""

    def __init__(self) -> None:
        self._now = START

    def now(self) -> datetime:
        return self._now

    def seconds_until(self, instant: datetime) -> float:
        return 0.0 if instant <= self._now else 3_600.0

    def move(self, to: datetime) -> None:
        self._now = max(self._now, to)


class Moody:
    """A receiver whose moods come and go."""

    def __init__(self, listening: Receiver) -> None:
        self.listening = listening
        self.mood = "fine"
        listening.behave = self._behave

    def _behave(self, request: Request) -> Reply | Trick:
        if request.event["subject"] == POISON:
            return Reply(422)
        match self.mood:
            case "hang" | "close" | "drip headers" as trick:
                return trick
            case "broken":
                return Reply(500)
            case "busy":
                return Reply(429, {"retry-after": str(RETRY_AFTER)})
            case _:
                return Reply(204)

    async def turn(self, mood: str) -> None:
        if (mood == "down") != (self.mood == "down"):
            await (self.listening.stop() if mood == "down" else self.listening.start())
        self.mood = mood


async def test_over_days_every_change_arrives_in_order_or_is_listed_as_dead_and_the_schedule_is_kept(
    world: World, randomness: random.Random
) -> None:
    world.clock = clock = StepClock()
    made: list[str] = []
    async with AsyncExitStack() as stack:
        moody = [Moody(await stack.enter_async_context(receiver())) for _ in range(3)]
        subscriptions = [await world.subscribe(each.listening) for each in moody]
        await stack.enter_async_context(world.delivering(dispatchers=2))
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            made += await world.change(*randomness.sample(POSTS, randomness.randint(1, 4)))
            each = randomness.choice(moody)
            mood = randomness.choice(("fine", "fine", *SWIFT, *SLOW))
            await each.turn(mood)
            slow = any(other.mood in SLOW for other in moody)
            longest = 30.0 if slow else randomness.choice((10.0, 300.0, 3_600.0, 20_000.0, 40_000.0))
            await _pass(world, clock, timedelta(seconds=randomness.uniform(1, longest)), deadline)
        print(f"{len(made)} changes in {clock.now() - START}")
        for each in moody:
            await each.turn("fine")
        await _pass(world, clock, timedelta(days=60), deadline + 30)  # what is refused, one after the other

    for each, subscription in zip(moody, subscriptions, strict=True):
        states = await world.states(subscription)
        accepted = {request.change for request in each.listening.accepted}
        assert [*states] == sorted(made, key=order_of)
        assert accepted == {change for change, state in states.items() if state == "delivered"}
        assert set(states.values()) <= {"delivered", "dead"}
        for lane in by_post(each.listening.accepted).values():
            assert lane == sorted(lane, key=order_of)
        attempts = await world.pool.fetch(
            "SELECT position, ordinal, began_at, status, failure FROM webhook_attempt WHERE subscription = $1"
            " ORDER BY began_at, number",
            subscription,
        )
        _messages_keep_the_schedule(attempts, states)
        _probes_keep_the_schedule(attempts)


async def _pass(world: World, clock: StepClock, span: timedelta, deadline: float) -> None:
    """So much time, in steps to whatever is due next; less of it once our own time is over."""
    end = clock.now() + span
    await _settle(world, clock)
    while time.monotonic() < deadline:
        due = await world.pool.fetchval("SELECT min(due_at) FROM webhook_endpoint")
        if due is None or due > end:
            clock.move(end)
            return
        clock.move(due)
        await world.pool.execute("SELECT pg_notify($1, '')", DELIVERIES_CHANNEL)
        await _settle(world, clock)


async def _settle(world: World, clock: StepClock) -> None:
    """Until everything that is made is matched, and nothing is due or under way."""
    for _ in range(4_000):
        if await world.pool.fetchval(
            "SELECT (SELECT position FROM webhook_cursor) >= $1 AND NOT EXISTS ("
            " SELECT FROM webhook_endpoint WHERE leased_until > now() OR due_at <= $2)",
            *(world.position, clock.now()),
        ):
            return
        await asyncio.sleep(0.005)
    raise AssertionError("something that is due is not tried")


def _is_endpoints(attempt: asyncpg.Record) -> bool:
    return attempt["status"] in (429, 500) or attempt["failure"] is not None


def _messages_keep_the_schedule(attempts: Sequence[asyncpg.Record], states: dict[str, str]) -> None:
    """What is refused is tried 5 s, 5 min, 30 min and 2 h later, a tenth more at most, and then dead."""
    refused = defaultdict[str, list[datetime]](list)
    for attempt in attempts:
        if attempt["status"] == 422:
            refused[f"{attempt['position']}.{attempt['ordinal']}"].append(attempt["began_at"])
    failed = [attempt["began_at"] for attempt in attempts if _is_endpoints(attempt)]
    for change, times in refused.items():
        assert len(times) == 1 + len(RETRIES)
        assert states[change] == "dead"
        for (one, next_), delay in zip(pairwise(times), RETRIES, strict=True):
            waited = (next_ - one).total_seconds()
            assert waited >= delay
            if not any(one <= at <= next_ for at in failed):  # else it waits for the endpoint, too
                assert waited <= delay * 1.1 + 0.001


def _probes_keep_the_schedule(attempts: Sequence[asyncpg.Record]) -> None:
    """A failing endpoint is probed as often as is written, in its first hour at least once a minute."""
    since: datetime | None = None
    last: asyncpg.Record | None = None
    failures = 0
    for attempt in attempts:
        if not _is_endpoints(attempt):
            if attempt["status"] == 204:
                since, last, failures = None, None, 0
            continue
        if last is None or since is None:
            since, last, failures = attempt["began_at"], attempt, 1
            continue
        gap = (attempt["began_at"] - last["began_at"]).total_seconds()
        if gap == 0:  # several were under way when it failed: one failure
            continue
        failing = (last["began_at"] - since).total_seconds()
        if last["status"] == 429:
            assert gap >= RETRY_AFTER
        elif failing < FIRST_HOUR:
            assert 0.75 * PROBES[min(failures - 1, len(PROBES) - 1)] <= gap <= 60
        else:
            assert 0.75 * failing * PROBE_AFTER - 1 <= gap <= min(failing * PROBE_AFTER, PROBE_AT_MOST) + 1
        last, failures = attempt, failures + 1
