"""Whatever is made, stopped, resumed and disabled in whatever order, with several matchers: a model says what each
subscription must have in its queue, and that is what is there, each message naming the one before it in its lane.
"""

import random
import uuid
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from events.follow import Waker
from events.log import Log
from service.webhooks.keeper import Keeper
from service.webhooks.matcher import Matcher
from service.webhooks.schedule import Health
from service.webhooks.store import CHANGES_CHANNEL, Store
from tests.service.webhooks.world import World, order_of

POSTS = ("post-1", "post-2", "post-3")


class Model:
    """What has happened, and what every subscription is to hear of."""

    def __init__(self, world: World, chance: random.Random) -> None:
        self.world, self.chance = world, chance
        self.store, self.log = Store(world.pool), Log(world.pool)
        self.keeper = Keeper(world.pool, self.log, keep=timedelta(days=1))
        waker = Waker(world.pool, CHANGES_CHANNEL)
        self.matchers = [Matcher(world.pool, waker), Matcher(world.pool, waker)]
        self.changes: list[str] = []
        self.after: dict[str, int] = {}  # by subscription: it hears of what comes behind that
        self.stopped: set[str] = set()
        self.disabled: set[str] = set()

    async def change(self) -> None:
        posts = self.chance.sample(POSTS, self.chance.randint(1, 3))
        self.changes += await self.world.change(*posts)

    async def subscribe(self) -> None:
        unconfirmed = self.chance.random() < 0.3
        start = self.chance.choice([None, self.chance.randint(0, self.world.position)])
        id = await self.world.subscribe(
            "http://127.0.0.1:9/", from_position=start, stopped="unconfirmed" if unconfirmed else None
        )
        self.after[id] = self.world.position if start is None else start
        if unconfirmed:
            self.stopped.add(id)
        await self.world.project()

    async def match(self) -> None:
        await self.chance.choice(self.matchers).step()

    async def restart(self) -> None:
        """A worker dies and another takes its place."""
        self.matchers[self.chance.randint(0, 1)] = Matcher(
            self.world.pool, Waker(self.world.pool, CHANGES_CHANNEL)
        )

    async def pause(self) -> None:
        if able := sorted(self.after.keys() - self.stopped - self.disabled):
            self.stopped.add(id := self.chance.choice(able))
            await self.world.stop(id)

    async def resume(self) -> None:
        if self.stopped:
            self.stopped.remove(id := self.chance.choice(sorted(self.stopped)))
            await self.world.resume(id)

    async def disable(self) -> None:
        """Its endpoint answers 410, where it has anything to send."""
        worker, now = uuid.uuid4(), datetime.now(UTC) + timedelta(hours=1)
        for endpoint in await self.store.lease(worker, seconds=60, at_most=1, now=now):
            id = endpoint.subscription
            is_gone = not endpoint.stopped and id not in self.stopped
            await self.store.release(
                worker, id, Health(), disabled="gone" if is_gone else None, now=datetime.now(UTC)
            )
            if is_gone:
                self.disabled.add(id)

    async def enable(self) -> None:
        if self.disabled:
            await self._tell()
            self.disabled.remove(id := self.chance.choice(sorted(self.disabled)))
            await self.world.resume(id)

    async def _tell(self) -> None:
        """The log and the views hear of who is disabled, at positions of this world."""
        untold = await self.world.pool.fetch(
            "SELECT subscription FROM webhook_endpoint WHERE disabled_at IS NOT NULL AND told_position IS NULL"
        )
        assert await self.keeper.tell() == len(untold)
        for row in untold:
            await self.world.stop(row["subscription"], "disabled")
            await self.world.pool.execute(
                "UPDATE webhook_endpoint SET told_position = $2 WHERE subscription = $1",
                row["subscription"],
                self.world.position,
            )

    async def settle(self) -> None:
        """Everybody goes on, and everything is matched."""
        while self.stopped:
            await self.resume()
        while self.disabled:
            await self.enable()
        for matcher in self.matchers:
            while await matcher.step():
                pass

    def expected(self, subscription: str) -> list[str]:
        return [change for change in self.changes if order_of(change)[0] > self.after[subscription]]


@pytest.mark.parametrize("round", range(6))
async def test_every_subscription_has_in_its_queue_what_the_model_says(
    world: World, randomness: random.Random, round: int
) -> None:
    model = Model(world, randomness)
    acts = [
        model.change,
        model.match,
        model.subscribe,
        model.pause,
        model.resume,
        model.disable,
        model.enable,
        model.restart,
    ]
    try:
        await model.subscribe()
        for _ in range(70):
            [act] = randomness.choices(acts, weights=[8, 6, 2, 2, 2, 1, 1, 1])
            await act()
        await model.settle()
        for subscription in model.after:
            rows = await world.pool.fetch(
                "SELECT lane, position, ordinal, previous_position, previous_ordinal FROM webhook_delivery"
                " WHERE subscription = $1 ORDER BY position, ordinal",
                subscription,
            )
            queued = [f"{row['position']}.{row['ordinal']}" for row in rows]
            assert queued == model.expected(subscription), subscription
            for post in POSTS:
                lane = [row for row in rows if row["lane"] == post]
                for earlier, later in pairwise(lane):
                    previous = (later["previous_position"], later["previous_ordinal"])
                    assert previous == (earlier["position"], earlier["ordinal"])
                assert not lane or lane[0]["previous_position"] is None
    finally:
        await model.log.close()
