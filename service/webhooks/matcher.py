"""The matcher: follows the changes and puts those that a subscription wants into the queue."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime

import asyncpg
import msgspec

from events.catalogue import SubscriptionFilter
from events.follow import Waker
from projections.model import Change
from service.webhooks.body import type_of, wants
from service.webhooks.clock import Clock
from service.webhooks.store import DATABASE_LOST, SQL, change_decoder

logger = logging.getLogger(__name__)

_CHANGES = 500  # read at once
_MATCHES = 20_000  # put into the queue at once, or those of a single change
_filter_decoder = msgspec.json.Decoder(SubscriptionFilter)


class Subscription(msgspec.Struct, frozen=True):
    id: str
    types: frozenset[str]
    filter: SubscriptionFilter
    created_position: int


class FoundChange(msgspec.Struct, frozen=True):
    position: int
    ordinal: int
    change: Change
    organization: str | None  # the post's


class Match(msgspec.Struct, frozen=True):
    subscription: str
    position: int
    ordinal: int
    lane: str
    type: str


def matches(subscriptions: Sequence[Subscription], found: FoundChange) -> list[Match]:
    """Which subscriptions are to hear of a change: those made before it that want its type and what it is about."""
    type = type_of(found.change)
    return [
        Match(subscription.id, found.position, found.ordinal, found.change.post, type)
        for subscription in subscriptions
        if subscription.created_position < found.position
        and type in subscription.types
        and wants(subscription.filter, found.change, found.organization)
    ]


class Matcher:
    """Moves its cursor and fills the queue in one transaction: each change is matched once, whatever happens.

    Any number may run; one at a time holds the cursor.
    """

    def __init__(
        self, pool: asyncpg.Pool, waker: Waker, *, clock: Clock | None = None, poll: float = 1.0
    ) -> None:
        """`waker` listens on the channel of the projections' changes."""
        self._pool = pool
        self._waker = waker
        self._clock = clock or Clock()
        self._poll = poll

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set. A lost database is waited for."""
        woken = self._waker.subscribe()
        stopper = asyncio.create_task(stop.wait())
        stopper.add_done_callback(lambda _: woken.set())
        try:
            while not stop.is_set():
                woken.clear()
                try:
                    if await self.step():
                        continue
                except (*DATABASE_LOST, msgspec.DecodeError) as error:
                    logger.warning("changes cannot be matched (%s); trying again", error)
                try:
                    await asyncio.wait_for(woken.wait(), self._poll)
                except TimeoutError:
                    continue
        finally:
            self._waker.unsubscribe(woken)
            stopper.cancel()
            await asyncio.gather(stopper, return_exceptions=True)

    async def step(self) -> int:
        """Matches a batch of changes and gives how many there were; 0: it is up to the watermark.

        Raises msgspec.DecodeError for a change that this release cannot read: it waits there for the one that can.
        """
        now = self._clock.now()
        async with self._pool.acquire() as connection, connection.transaction():
            cursor = await connection.fetchrow(SQL["hold_cursor"])
            assert cursor is not None
            rows = await connection.fetch(SQL["changes"], cursor["position"], cursor["ordinal"], _CHANGES)
            if not rows:
                return 0
            subscriptions = await self._subscriptions(connection, now)
            queued: list[Match] = []
            seen = 0
            for row in rows:
                change = change_decoder.decode(row["body"])
                found = matches(
                    subscriptions, FoundChange(row["position"], row["ordinal"], change, row["organization"])
                )
                if queued and len(queued) + len(found) > _MATCHES:
                    break
                queued += found
                seen += 1
            await connection.execute(
                SQL["enqueue"],
                [match.subscription for match in queued],
                [match.position for match in queued],
                [match.ordinal for match in queued],
                [match.lane for match in queued],
                [match.type for match in queued],
                rows[seen - 1]["position"],
                rows[seen - 1]["ordinal"],
                now,
            )
            return seen

    async def _subscriptions(
        self, connection: asyncpg.pool.PoolConnectionProxy, now: datetime
    ) -> list[Subscription]:
        rows = await connection.fetch(SQL["subscriptions"], now)
        return [
            Subscription(
                row["id"],
                frozenset(row["types"]),
                _filter_decoder.decode(row["filter"]),
                row["created_position"],
            )
            for row in rows
        ]
