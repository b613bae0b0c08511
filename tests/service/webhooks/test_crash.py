"""Workers that die, and a database that is lost, cost repeats and never a message, and no lane its order."""

import asyncio
import random
from collections.abc import Sequence

from tests.service.webhooks.world import World, by_post, order_of
from tests.support.receiver import Receiver, Reply, receiver

POSTS = tuple(f"post-{n}" for n in range(6))


def in_order_with_repeats(lane: Sequence[str]) -> bool:
    """Whether a lane arrived in order, where a message may be repeated before the next one comes."""
    return list(lane) == sorted(lane, key=order_of)


async def all_arrived(world: World, listening: Receiver, subscription: str, made: Sequence[str]) -> None:
    await listening.until(lambda r: {request.change for request in r.accepted} == set(made), seconds=15)
    for lane in by_post(listening.accepted).values():
        assert in_order_with_repeats(lane), lane
    for request in listening.accepted:
        assert world.genuine(request, subscription)


async def test_a_dispatcher_cancelled_in_the_middle_of_a_delivery_repeats_that_one(world: World) -> None:
    async with receiver(lambda _: "hang") as listening:
        subscription = await world.subscribe(listening)
        async with world.delivering(lease=0.6) as tasks:
            [change] = await world.change("post-1")
            await listening.until(lambda r: len(r.received) == 1)
            tasks[0].cancel()
        listening.behave = lambda _: Reply(204)
        async with world.delivering(lease=0.6):
            await listening.until(lambda r: len(r.accepted) == 1, seconds=3)
        assert [request.change for request in listening.received] == [change, change]
        assert len({request.message for request in listening.received}) == 1
    assert await world.states(subscription) == {change: "delivered"}


async def test_a_dispatcher_that_is_stopped_gives_its_endpoints_to_the_next_at_once(world: World) -> None:
    async with receiver(lambda _: "hang") as listening:
        subscription = await world.subscribe(listening)
        async with world.delivering(lease=60, grace=0.1):
            await world.change("post-1")
            await listening.until(lambda r: len(r.received) == 1)
        endpoint = await world.endpoint(subscription)
        assert (endpoint["worker"], endpoint["leased_until"]) == (None, None)
        listening.behave = lambda _: Reply(204)
        async with world.delivering(lease=60):
            await listening.until(lambda r: len(r.accepted) == 1, seconds=3)


async def test_dispatchers_that_come_and_go_lose_nothing(world: World, randomness: random.Random) -> None:
    async with receiver() as listening:
        subscription = await world.subscribe(listening)
        made: list[str] = []
        for _ in range(6):
            async with world.delivering(dispatchers=2, lease=0.3, grace=0.0) as tasks:
                for _ in range(3):
                    made += await world.change(*POSTS)
                await asyncio.sleep(randomness.uniform(0, 0.1))
                for task in tasks:
                    if randomness.random() < 0.7:
                        task.cancel()
        async with world.delivering(lease=0.3):
            await all_arrived(world, listening, subscription, made)
        repeats = len(listening.accepted) - len(made)
        assert repeats <= 6 * len(POSTS), "at most the one under way in each lane is repeated"
    assert set((await world.states(subscription)).values()) == {"delivered"}


async def test_lost_connections_are_made_again(world: World) -> None:
    async with receiver() as listening, world.delivering(lease=0.6):
        subscription = await world.subscribe(listening)
        made: list[str] = []
        for _ in range(4):
            made += await world.change(*POSTS)
            await world.admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND usename <> current_user"
            )
            made += await world.change(*POSTS)
        await all_arrived(world, listening, subscription, made)


async def test_a_worker_that_has_lost_its_lease_breaks_off(world: World) -> None:
    async with receiver(lambda _: "hang") as listening, world.delivering(lease=0.6) as tasks:
        subscription = await world.subscribe(listening)
        await world.change("post-1")
        await listening.until(lambda r: len(r.received) == 1)
        await world.pool.execute(
            "UPDATE webhook_endpoint SET worker = gen_random_uuid(), leased_until = now() + interval '1 second'"
            " WHERE subscription = $1",
            subscription,
        )
        listening.behave = lambda _: Reply(204)
        await listening.until(lambda r: len(r.accepted) == 1, seconds=4)
        assert not tasks[0].done()
        assert listening.accepted[0].at - listening.received[0].at > 0.8, "the other one's lease is respected"
