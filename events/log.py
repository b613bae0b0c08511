"""The log over Postgres: append, read, follow."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

import asyncpg

from events.append import prepare
from events.catalogue import ContentRef
from events.envelope import Append, Appended, Recorded, Undecodable
from events.follow import Waker
from events.group import LOST, GroupCommit
from events.queries import queries
from events.upcast import stored_event

CHANNEL = "incumbent_log"
BEHIND_ALL = 2**63 - 1  # a position and a version that no event will ever have

logger = logging.getLogger(__name__)

_SQL = queries(Path(__file__).parent / "sql" / "queries.sql")


class Log:
    """Appends and reads events. One per process and pool; safe for any number of tasks.

    It keeps two of the pool's connections for itself, one that appends and one that listens.
    """

    def __init__(self, pool: asyncpg.Pool, *, poll: float = 1.0) -> None:
        self._pool = pool
        self._group = GroupCommit(pool)
        self._waker = Waker(pool, CHANNEL, poll=poll)

    async def append(self, append: Append) -> Appended:
        """Records the events; they are durable, numbered without a gap and visible when this returns.

        Raises Conflict, KeyReused, Refused (nothing was recorded) and Unconfirmed (the database was lost).
        """
        return await self._group.append(prepare(append))

    async def read(self, after: int = 0, limit: int = 500) -> list[Recorded]:
        """At most `limit` events from the position behind `after` on, in order.

        Raises Undecodable where the very next event is one that this release cannot read.
        """
        return _decoded(await self._pool.fetch(_SQL["read"], after, limit))

    async def read_stream(self, stream: str, after: int = 0, limit: int = 500) -> list[Recorded]:
        """The events of one stream from the version behind `after` on."""
        return _decoded(await self._pool.fetch(_SQL["read_stream"], stream, after, limit))

    async def read_category(self, category: str, after: int = 0, limit: int = 500) -> list[Recorded]:
        """The events of all streams of a category from the position behind `after` on."""
        return _decoded(await self._pool.fetch(_SQL["read_category"], category, after, limit))

    async def read_actor(
        self, actor: str, after: int = 0, until: int = BEHIND_ALL, limit: int = 500
    ) -> list[Recorded]:
        """What an actor did from the position behind `after` up to `until`, without what followed from it by itself."""
        return _decoded(await self._pool.fetch(_SQL["read_actor"], actor, after, until, limit))

    async def read_back(self, before: int = BEHIND_ALL, limit: int = 500) -> list[Recorded]:
        """Like `read`, the other way: from in front of the position `before` on, the newest first."""
        return _decoded(await self._pool.fetch(_SQL["read_back"], before, limit))

    async def read_stream_back(
        self, stream: str, before: int = BEHIND_ALL, limit: int = 500
    ) -> list[Recorded]:
        """The events of one stream from in front of the version `before` on, the newest first."""
        return _decoded(await self._pool.fetch(_SQL["read_stream_back"], stream, before, limit))

    async def read_category_back(
        self, category: str, before: int = BEHIND_ALL, limit: int = 500
    ) -> list[Recorded]:
        """The events of a category from in front of the position `before` on, the newest first."""
        return _decoded(await self._pool.fetch(_SQL["read_category_back"], category, before, limit))

    async def last(self, stream: str) -> Recorded | None:
        """The newest event of a stream; None where the stream does not exist."""
        events = _decoded(await self._pool.fetch(_SQL["last"], stream))
        return events[0] if events else None

    def follow(self, after: int, *, limit: int = 500) -> AsyncIterator[list[Recorded]]:
        """Batches of events from behind `after` on, in order, each event once, for ever.

        A lost connection is reconnected. Raises Undecodable when its turn has come, and the database's other errors;
        whoever follows keeps the position it has dealt with and starts again from there.
        """
        return self._follow(partial(self.read, limit=limit), after, lambda recorded: recorded.position)

    def follow_stream(self, stream: str, after: int = 0) -> AsyncIterator[list[Recorded]]:
        """The same for one stream, from the version behind `after` on."""
        return self._follow(partial(self.read_stream, stream), after, lambda recorded: recorded.version)

    async def head(self) -> int:
        """The position of the last event; 0 where there is none."""
        head = await self._pool.fetchval(_SQL["head"])
        assert isinstance(head, int)
        return head

    async def position_at(self, instant: datetime) -> int:
        """The last position recorded at or before an instant; 0 where there is none."""
        (position,) = await self.positions_at([instant])
        return position

    async def positions_at(self, instants: Sequence[datetime]) -> list[int]:
        """The same for several instants, in their order, in one round trip."""
        return [row["position"] for row in await self._pool.fetch(_SQL["positions_at"], instants)]

    async def content(self, ref: ContentRef) -> bytes | None:
        """The bytes that the reference stands for; None where they were redacted."""
        body = await self._pool.fetchval(_SQL["content"], bytes.fromhex(ref.hash))
        assert body is None or isinstance(body, bytes)
        return body

    async def forget_keys(self, at_most: int = 1000) -> int:
        """Drops idempotency keys older than 7 days; gives how many went."""
        gone = await self._pool.fetchval(_SQL["forget_keys"], at_most)
        assert isinstance(gone, int)
        return gone

    async def close(self) -> None:
        """Finishes the appends under way and gives the connections back."""
        await self._group.close()
        await self._waker.close()

    async def _follow(
        self,
        read: Callable[[int], Awaitable[list[Recorded]]],
        after: int,
        reached: Callable[[Recorded], int],
    ) -> AsyncIterator[list[Recorded]]:
        woken = self._waker.subscribe()
        try:
            while True:
                try:
                    batch = await read(after)
                except LOST as error:
                    logger.warning("a follower at %d lost the database (%s); it tries again", after, error)
                    batch = []
                if batch:
                    after = reached(batch[-1])
                    yield batch
                else:
                    await self._waker.wait(woken)
        finally:
            self._waker.unsubscribe(woken)


def _decoded(rows: Sequence[asyncpg.Record]) -> list[Recorded]:
    """The rows as events, up to the first that cannot be read; raises Undecodable where that is the first of all."""
    events: list[Recorded] = []
    for position, stream, version, id, at, actor, cause, correlation, type_, schema_version, payload in rows:
        try:
            event = stored_event(position, type_, schema_version, payload)
        except Undecodable:
            if events:
                break
            raise
        events.append(Recorded(position, stream, version, id, at, actor, cause, correlation, event))
    return events
