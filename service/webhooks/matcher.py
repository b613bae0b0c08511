"""The matcher: follows what happens and puts what a subscription wants to hear of into the queue."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

import asyncpg
import msgspec

from events.catalogue import SubscriptionFilter
from events.follow import Waker
from service.webhooks.clock import Clock
from service.webhooks.filters import Found
from service.webhooks.happened import happened_between
from service.webhooks.matching import Index, Match, Subscription
from service.webhooks.sql import SQL
from service.webhooks.store import CHANGES_CHANNEL, DATABASE_LOST, DELIVERIES_CHANNEL

logger = logging.getLogger(__name__)

_HAPPENED = 500  # read at once
_MATCHES = 20_000  # put into the queue at once, or those of a single Change
_BEHIND = 20  # subscriptions that catch up in one step
_NOTICES = 100

_filter_decoder = msgspec.json.Decoder(SubscriptionFilter)

Connection = asyncpg.pool.PoolConnectionProxy


class Matcher:
    """Moves its cursor and fills the queue in one transaction: each Change is matched once, whatever happens.

    Any number may run; one at a time holds the cursor. Each keeps all subscriptions in memory, and reads what is new
    about them before it matches. A subscription that was stopped, or that begins in the past, is behind: it is matched
    by itself until it has come as far as the cursor.
    """

    def __init__(
        self, pool: asyncpg.Pool, waker: Waker, *, clock: Clock | None = None, poll: float = 1.0
    ) -> None:
        """`waker` listens on the channel of the projections' changes."""
        self._pool = pool
        self._waker = waker
        self._clock = clock or Clock()
        self._poll = poll
        self._index = Index()
        self._known_up_to = -1  # position up to which the index knows what there is to know of subscriptions

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
        """Matches a batch and gives how much there was; 0: everybody is up to the watermark.

        Raises msgspec.DecodeError for a Change that this release cannot read: it waits there for the one that can.
        """
        now = self._clock.now()
        watermark = await self._refresh(now)
        # Each part is a transaction: it locks lanes before endpoints, as everybody does, and the first is felt at once.
        done = await self._follow(watermark, now)
        done += await self._catch_up(now)
        return done + await self._pass_on(now)

    @asynccontextmanager
    async def _holding_cursor(self) -> AsyncIterator[tuple[Connection, tuple[int, int]]]:
        """A transaction in which nobody else matches, and where the cursor is."""
        async with self._pool.acquire() as connection, connection.transaction():
            cursor = await connection.fetchrow(SQL["hold_cursor"])
            assert cursor is not None
            yield connection, (cursor["position"], cursor["ordinal"])

    async def _refresh(self, now: datetime) -> int:
        """Brings the index up to date, and has the endpoints know who begins, stops, goes on and ends.

        Gives the watermark of that moment: up to there nothing is missed by somebody who is not in the index yet.
        """
        found = await self._pool.fetch(SQL["subscriptions"], self._known_up_to)
        rows = [row for row in found if row["id"] is not None]
        watermark: int = found[0]["watermark"]
        if not rows:
            return watermark
        for row in rows:
            if row["deleted_position"] is None:
                self._index.add(
                    Subscription(
                        id=row["id"],
                        types=tuple(row["types"]),
                        filter=_filter_decoder.decode(row["filter"]),
                        after=row["after"],
                    )
                )
            else:
                self._index.remove(row["id"])
        async with self._holding_cursor() as (connection, at):
            await _tell_endpoints(connection, rows, at, now)
        self._known_up_to = rows[-1]["changed_position"]  # not before the endpoints have heard of it too
        return watermark

    async def _follow(self, watermark: int, now: datetime) -> int:
        """Matches what comes behind the cursor and moves it; gives how much that was."""
        async with self._holding_cursor() as (connection, at):
            happened = await happened_between(connection, at, watermark, _HAPPENED)
            queued: list[Match] = []
            seen = 0
            for found in happened:
                matches = [_match(subscription, found) for subscription in self._index.wanting(found)]
                if queued and len(queued) + len(matches) > _MATCHES:
                    break
                queued += matches
                seen += 1
            if seen:
                last = happened[seen - 1]
                await connection.execute(SQL["move_cursor"], last.position, last.ordinal)
                await _enqueue(connection, queued, False, now)
            return seen

    async def _catch_up(self, now: datetime) -> int:
        """Brings some of those that are behind nearer to the cursor; gives how many that were."""
        if not await self._pool.fetch(SQL["behind"], now, 1):
            return 0
        moved = 0
        async with self._holding_cursor() as (connection, to):
            for row in await connection.fetch(SQL["behind"], now, _BEHIND):
                subscription = self._index.get(row["subscription"])
                if subscription is None:
                    continue
                moved += 1
                at = row["behind_position"], row["behind_ordinal"]
                happened = await happened_between(connection, at, to[0], _HAPPENED)
                before = [found for found in happened if (found.position, found.ordinal) <= to]
                wanted = Index([subscription])
                matches = [_match(subscription.id, found) for found in before if wanted.wanting(found)]
                await _enqueue(connection, matches, True, now)
                is_there = len(happened) < _HAPPENED or len(before) < len(happened)
                last = (None, None) if is_there else (happened[-1].position, happened[-1].ordinal)
                await connection.execute(SQL["caught_up"], row["subscription"], *last)
        return moved

    async def _pass_on(self, now: datetime) -> int:
        """Puts notices about subscriptions into the queue; gives how many there were."""
        if not await self._pool.fetch(SQL["notices"], 1):
            return 0
        async with self._holding_cursor() as (connection, _):
            rows = await connection.fetch(SQL["notices"], _NOTICES)
            matches = [
                Match(row["subscription"], row["position"], row["ordinal"], row["about"], row["type"])
                for row in rows
                if row["subscription"] is not None
            ]
            ordinals = {row["ordinal"] for row in rows}
            await connection.execute(SQL["notices_matched"], list(ordinals))
            await _enqueue(connection, matches, None, now)
            return len(ordinals)


async def move_back(pool: asyncpg.Pool, position: int) -> int | None:
    """Has everything behind a position matched again, without sending twice what the queue still knows.

    Gives the position up to which it was matched, None where the cursor was lost. What lies ahead of that is no matter.
    """
    at: int | None = await pool.fetchval(SQL["move_back"], position, CHANGES_CHANNEL, column=1)
    return at


async def _tell_endpoints(
    connection: Connection, rows: Sequence[asyncpg.Record], at: tuple[int, int], now: datetime
) -> None:
    """What is new about subscriptions, for their endpoints; telling it again changes nothing."""
    if ended := [row["id"] for row in rows if row["deleted_position"] is not None]:
        await connection.execute(SQL["end"], ended, now)
    standing = [row for row in rows if row["deleted_position"] is None]
    if starting := [row for row in standing if row["starts_behind"]]:
        ids, positions = [row["id"] for row in starting], [row["after"] for row in starting]
        await connection.execute(SQL["start_behind"], ids, positions)
    if stopped := [row["id"] for row in standing if row["stopped"] is not None]:
        await connection.execute(SQL["fall_behind"], stopped, *at)
    resumed = [row for row in standing if row["stopped"] is None and row["resumed_position"] is not None]
    if resumed:
        ids, positions = [row["id"] for row in resumed], [row["resumed_position"] for row in resumed]
        await connection.execute(SQL["go_on"], ids, positions, now)
        await connection.execute("SELECT pg_notify($1, '')", DELIVERIES_CHANNEL)


def _match(subscription: str, found: Found) -> Match:
    return Match(subscription, found.position, found.ordinal, found.lane, found.type)


async def _enqueue(
    connection: Connection, matches: Sequence[Match], catching_up: bool | None, now: datetime
) -> None:
    if matches:
        columns = [list(column) for column in zip(*map(msgspec.structs.astuple, matches), strict=True)]
        await connection.execute(SQL["enqueue"], *columns, catching_up, now)
