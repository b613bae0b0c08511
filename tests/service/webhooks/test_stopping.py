"""Subscriptions that begin in the past, stop and go on: nothing is lost, and every lane keeps its order."""

import asyncio
import time
from datetime import timedelta
from itertools import pairwise

import pytest

from events.catalogue import SubscriptionDisabled, SubscriptionFilter
from events.follow import Waker
from events.log import Log
from service.webhooks.keeper import Keeper
from service.webhooks.matcher import Matcher
from service.webhooks.schedule import GIVEN_UP_AFTER
from service.webhooks.store import CHANGES_CHANNEL
from tests.service.webhooks.world import World, by_post, changes_of
from tests.support.receiver import Reply, Request, receiver

POSTS = ("post-1", "post-2", "post-3")


def assert_chained(requests: list[Request]) -> None:
    """Each message names the one before it in its lane, the first of all none."""
    for post in by_post(requests):
        lane = [request.event["data"] for request in requests if request.event["subject"] == post]
        assert lane[0]["previous_change"] is None
        assert all(later["previous_change"] == earlier["change"] for earlier, later in pairwise(lane))


async def test_a_subscription_from_a_position_hears_of_what_came_behind_it_and_then_of_the_rest(
    world: World,
) -> None:
    before = [change for _ in range(3) for change in await world.change(*POSTS)]
    start = world.position - 2  # behind the first of the three events
    async with receiver() as listening, world.delivering():
        subscription = await world.subscribe(listening, from_position=start)
        after = [change for _ in range(5) for change in await world.change(*POSTS)]
        await listening.until(lambda r: len(r.accepted) == 6 + 15)
        assert sorted(changes_of(listening.accepted)) == sorted([*before[3:], *after])
        assert_chained(listening.accepted)
    assert set((await world.states(subscription)).values()) == {"delivered"}


async def test_many_changes_are_caught_up_with_in_steps_and_each_arrives_once(world: World) -> None:
    for _ in range(400):
        await world.change("post-1", "post-2", "post-3", "post-4", projected=False)
    await world.project()
    async with receiver() as listening, world.delivering():
        wanted = SubscriptionFilter(posts=("post-2",))
        await world.subscribe(listening, from_position=0, filter=wanted)
        await listening.until(lambda r: len(r.accepted) == 400, seconds=30)
        assert len(set(changes_of(listening.accepted))) == 400
        assert_chained(listening.accepted)


async def test_what_happens_while_a_subscription_is_paused_is_sent_when_it_goes_on(world: World) -> None:
    async with receiver() as listening, world.delivering():
        subscription = await world.subscribe(listening)
        made = await world.change(*POSTS)
        await listening.until(lambda r: len(r.accepted) == 3)
        await world.stop(subscription)
        await asyncio.sleep(0.3)  # the matcher has heard of it
        for _ in range(4):
            made += await world.change(*POSTS)
        await asyncio.sleep(0.5)
        assert len(listening.received) == 3
        pending = await world.pool.fetchval("SELECT count(*) FROM webhook_delivery WHERE state = 'pending'")
        assert pending == 0, "a queue that nobody takes from does not grow"
        await world.resume(subscription)
        made += await world.change(*POSTS)
        await listening.until(lambda r: len(r.accepted) == 18)
        assert sorted(changes_of(listening.accepted)) == sorted(made)
        assert_chained(listening.accepted)


async def test_a_pause_is_felt_at_once_even_by_what_was_fetched_to_be_sent(world: World) -> None:
    async def slowly(_: Request) -> Reply:
        await asyncio.sleep(0.2)
        return Reply(204)

    async with receiver(slowly) as listening:
        subscription = await world.subscribe(listening)
        made = [change for _ in range(30) for change in await world.change("post-1")]
        async with world.delivering():
            await listening.until(lambda r: len(r.accepted) >= 2)
            await world.stop(subscription)
            stopped = time.monotonic()
            await asyncio.sleep(1.5)
            late = [request for request in listening.received if request.at > stopped + 0.8]
            assert late == [], "within a second"
            listening.behave = lambda _: Reply(204)
            await world.resume(subscription)
            await listening.until(lambda r: len(r.accepted) == 30)
        assert changes_of(listening.accepted) == made


@pytest.mark.parametrize(
    "end",
    ["UPDATE api_key SET revoked_position = 1", "UPDATE api_key SET scopes = '{read}'"],
    ids=["revoked", "without the scope"],
)
async def test_the_key_counts_at_each_delivery(world: World, end: str) -> None:
    async def slowly(_: Request) -> Reply:
        await asyncio.sleep(0.2)
        return Reply(204)

    async with receiver(slowly) as listening:
        subscription = await world.subscribe(listening)
        for _ in range(30):
            await world.change("post-1")
        async with world.delivering():
            await listening.until(lambda r: len(r.accepted) >= 2)
            await world.admin.execute(end)
            ended = time.monotonic()
            await asyncio.sleep(1.5)
        assert [request for request in listening.received if request.at > ended + 0.8] == []
        assert len(listening.received) < 12
    assert (await world.endpoint(subscription))["disabled_why"] == "ended"


async def test_nothing_is_sent_before_the_receiver_agrees_and_then_everything_since(world: World) -> None:
    async with receiver() as listening, world.delivering():
        subscription = await world.subscribe(listening, stopped="unconfirmed")
        made = [change for _ in range(3) for change in await world.change(*POSTS)]
        await asyncio.sleep(0.4)
        assert listening.received == []
        await world.resume(subscription)
        await listening.until(lambda r: len(r.accepted) == 9)
        assert sorted(changes_of(listening.accepted)) == sorted(made)
        assert_chained(listening.accepted)


@pytest.mark.parametrize("why", ["gone", "failing"])
async def test_a_disabled_subscription_is_told_to_the_log_and_resumed_without_a_gap(
    world: World, why: str
) -> None:
    log = Log(world.pool)
    keeper = Keeper(world.pool, log, keep=timedelta(days=1))
    async with receiver(lambda _: Reply(410 if why == "gone" else 500)) as listening, world.delivering():
        subscription = await world.subscribe(listening)
        made = await world.change("post-1")
        if why == "failing":
            await eventually_failing(world, subscription)
            long_ago = world.clock.now() - GIVEN_UP_AFTER
            await world.admin.execute(
                "UPDATE webhook_endpoint SET failing_since = $1, due_at = $2", long_ago, world.clock.now()
            )
        await _until_disabled(world, subscription, why)
        made += [*await world.change("post-1"), *await world.change("post-2")]
        await asyncio.sleep(0.3)

        assert await keeper.tell() == 1
        assert await keeper.tell() == 0
        [said] = await log.read_stream(subscription)
        assert said.event == SubscriptionDisabled(why=why)  # type: ignore[arg-type]
        assert (await world.endpoint(subscription))["told_position"] == said.position

        listening.behave = lambda _: Reply(204)
        sent = len(listening.received)
        world.position = max(world.position, said.position)
        await world.resume(subscription)
        made += await world.change("post-1")
        await listening.until(lambda r: len(r.accepted) == 4)
        assert sorted(changes_of(listening.accepted)) == sorted(made)
        assert len(listening.received) == sent + 4
    await log.close()


async def test_a_worker_that_starts_lets_no_disabled_subscription_go_on(world: World) -> None:
    async with receiver(lambda _: Reply(410)) as listening:
        subscription = await world.subscribe(listening)
        await world.resume(subscription)  # some time ago
        async with world.delivering():
            await world.change("post-1")
            await _until_disabled(world, subscription, "gone")
        waker = Waker(world.pool, CHANGES_CHANNEL)
        await Matcher(world.pool, waker).step()
        assert (await world.endpoint(subscription))["disabled_why"] == "gone"


async def test_a_queue_that_was_lost_is_made_again_from_the_changes(world: World) -> None:
    async with receiver() as listening:
        subscription = await world.subscribe(listening)
        async with world.delivering():
            made = [change for _ in range(3) for change in await world.change(*POSTS)]
            await listening.until(lambda r: len(r.accepted) == 9)
        first = {request.message for request in listening.accepted}
        for table in ("webhook_endpoint", "webhook_lane", "webhook_delivery", "webhook_attempt"):
            await world.admin.execute(f"TRUNCATE {table}")
        await world.admin.execute("UPDATE webhook_cursor SET position = 0, ordinal = 0")
        listening.accepted.clear()
        async with world.delivering():
            await listening.until(lambda r: len(r.accepted) == 9)
        assert {request.message for request in listening.accepted} == first, "whoever remembers drops them"
        assert sorted(changes_of(listening.accepted)) == sorted(made)
        assert_chained(listening.accepted)
    assert set((await world.states(subscription)).values()) == {"delivered"}


async def eventually_failing(world: World, subscription: str) -> None:
    await _until(
        world,
        "SELECT failures > 0 AND worker IS NULL FROM webhook_endpoint WHERE subscription = $1",
        subscription,
    )


async def _until_disabled(world: World, subscription: str, why: str) -> None:
    await _until(
        world, f"SELECT disabled_why = '{why}' FROM webhook_endpoint WHERE subscription = $1", subscription
    )


async def _until(world: World, question: str, subscription: str) -> None:
    deadline = time.monotonic() + 5
    while not await world.pool.fetchval(question, subscription):
        assert time.monotonic() < deadline, question
        await asyncio.sleep(0.02)
