"""The matcher: follows what happens and puts what a subscription wants to hear of into the queue."""

import asyncio
import logging
from collections.abc import Sequence
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
from service.webhooks.store import DATABASE_LOST

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
        async with self._pool.acquire() as connection, connection.transaction():
            cursor = await connection.fetchrow(SQL["hold_cursor"])
            assert cursor is not None
            at = cursor["position"], cursor["ordinal"]
            known_up_to = await self._refresh(connection, at, now)
            at, done = await self._follow(connection, at, now)
            done += await self._catch_up(connection, at, now)
            done += await self._pass_on(connection, now)
        self._known_up_to = known_up_to  # not before the endpoints are known to have heard of it too
        return done

    async def _refresh(self, connection: Connection, at: tuple[int, int], now: datetime) -> int:
        """Brings the index up to date, and has the endpoints know who begins, stops and goes on; gives up to where."""
        rows = await connection.fetch(SQL["subscriptions"], self._known_up_to)
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
        if ended := [row["id"] for row in rows if row["deleted_position"] is not None]:
            await connection.execute(SQL["end"], ended, now)
        standing = [row for row in rows if row["deleted_position"] is None]
        if starting := [row for row in standing if row["starts_behind"]]:
            await connection.execute(
                SQL["start_behind"], [row["id"] for row in starting], [row["after"] for row in starting]
            )
        if stopped := [row["id"] for row in standing if row["stopped"] is not None]:
            await connection.execute(SQL["fall_behind"], stopped, *at)
        if resumed := [
            row for row in standing if row["stopped"] is None and row["resumed_position"] is not None
        ]:
            ids, positions = [row["id"] for row in resumed], [row["resumed_position"] for row in resumed]
            await connection.execute(SQL["go_on"], ids, positions, now)
            await connection.execute("SELECT pg_notify('incumbent_deliveries', '')")
        return rows[-1]["changed_position"] if rows else self._known_up_to

    async def _follow(
        self, connection: Connection, at: tuple[int, int], now: datetime
    ) -> tuple[tuple[int, int], int]:
        """Matches what comes behind the cursor; gives where the cursor is then, and how much that was."""
        watermark = await connection.fetchval(SQL["watermark"])
        happened = await happened_between(connection, at, watermark, _HAPPENED)
        queued: list[Match] = []
        seen = 0
        for found in happened:
            matches = [_match(subscription, found) for subscription in self._index.wanting(found)]
            if queued and len(queued) + len(matches) > _MATCHES:
                break
            queued += matches
            seen += 1
        if not seen:
            return at, 0
        at = happened[seen - 1].position, happened[seen - 1].ordinal
        await connection.execute(SQL["move_cursor"], *at)
        await _enqueue(connection, queued, False, now)
        return at, seen

    async def _catch_up(self, connection: Connection, to: tuple[int, int], now: datetime) -> int:
        """Brings some of those that are behind nearer to the cursor; gives how many that were."""
        rows = await connection.fetch(SQL["behind"], now, _BEHIND)
        moved = 0
        for row in rows:
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
            last = None if is_there else (happened[-1].position, happened[-1].ordinal)
            await connection.execute(SQL["caught_up"], row["subscription"], *(last or (None, None)))
        return moved

    async def _pass_on(self, connection: Connection, now: datetime) -> int:
        """Puts notices about subscriptions into the queue; gives how many there were."""
        rows = await connection.fetch(SQL["notices"], _NOTICES)
        if not rows:
            return 0
        await _enqueue(
            connection,
            [
                Match(row["subscription"], row["position"], row["ordinal"], row["about"], row["type"])
                for row in rows
                if row["subscription"] is not None
            ],
            None,
            now,
        )
        ordinals = {row["ordinal"] for row in rows}
        await connection.execute(SQL["notices_matched"], list(ordinals))
        return len(ordinals)


def _match(subscription: str, found: Found) -> Match:
    return Match(subscription, found.position, found.ordinal, found.lane, found.type)


async def _enqueue(
    connection: Connection, matches: Sequence[Match], catching_up: bool | None, now: datetime
) -> None:
    if matches:
        columns = [list(column) for column in zip(*map(msgspec.structs.astuple, matches), strict=True)]
        await connection.execute(SQL["enqueue"], *columns, catching_up, now)
