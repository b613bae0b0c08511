"""The projector: follows the log and keeps the views, one event after the other, one projector at a time."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import asyncpg

from events.envelope import Recorded, Undecodable
from events.log import Log
from events.queries import queries
from projections.applying import apply
from projections.connection import Connection
from projections.fold.rules import UnknownRules
from projections.state import state_of
from projections.watermark import PROJECTED_CHANNEL

logger = logging.getLogger(__name__)

_SQL = queries(Path(__file__).parent / "sql" / "projector.sql")


class LeaseLost(Exception):
    """The lease is gone, or somebody else moved the watermark all the same; the projector starts anew from there."""


class Projector:
    """Keeps the views up to the log's head while it holds the lease; stands by while another one does.

    The lease is a session lock on the very connection that writes: whoever loses the one loses the other, so no two
    ever write. Rows, links, Changes and watermark of a batch are one transaction: a crash at any point loses nothing
    and repeats nothing. An event that cannot be projected stops it right there, told in `stalled` for the health
    answer, and is tried again; none is ever skipped.
    """

    def __init__(self, pool: asyncpg.Pool, log: Log, *, batch: int = 100, retry: float = 0.5) -> None:
        self._pool = pool
        self._log = log
        self._batch = batch  # events a transaction, at most
        self._retry = retry  # seconds until the next attempt at the lease, or after a failure
        self._singly = 0  # so many events are still to be taken one by one, up to the one that failed
        self.leads = False
        self.watermark = 0  # as far as this projector knows
        self.stalled: str | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Projects until `stop` is set; a batch under way is rolled back then."""
        stopping = asyncio.create_task(stop.wait())
        working = asyncio.create_task(self._work(stop), name="projector")
        try:
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)

    async def _work(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await self._lead()
            except (Undecodable, UnknownRules) as error:
                self._stall(str(error))
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, LeaseLost) as error:
                self._stall(f"after position {self.watermark}: {type(error).__name__}: {error}")
            except Exception as error:
                # A defect of ours, or an event that should never have been recorded. Skipping it would make every
                # later answer wrong without a word, so it is told and tried again.
                logger.exception("the projector failed after position %s", self.watermark)
                self._stall(f"after position {self.watermark}: {type(error).__name__}: {error}")
            await asyncio.sleep(self._retry)

    async def _lead(self) -> None:
        """Takes the lease if it is free, and then projects for as long as all goes well."""
        async with self._pool.acquire() as connection:
            if not await connection.fetchval(_SQL["lease"]):
                self.stalled = None
                return
            await connection.execute(_SQL["plan_by_index"])
            lost = asyncio.Event()
            on_loss: Callable[..., None] = lambda *_: lost.set()  # noqa: E731 - the same object goes in and out
            connection.add_termination_listener(on_loss)
            following, losing = (
                asyncio.create_task(self._follow(connection)),
                asyncio.create_task(lost.wait()),
            )
            try:
                self.leads = True
                await asyncio.wait({following, losing}, return_when=asyncio.FIRST_COMPLETED)
                if not following.done():
                    raise LeaseLost("the connection that holds the lease was lost")
                following.result()
            finally:
                self.leads = False
                losing.cancel()
                following.cancel()
                await asyncio.gather(following, return_exceptions=True)
                # The lease and the plans are the session's. Where the connection is gone, so are they.
                with contextlib.suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                    connection.remove_termination_listener(on_loss)
                    await connection.reset()

    async def _follow(self, connection: Connection) -> None:
        self.watermark = await connection.fetchval(_SQL["watermark"])
        if await self._log.head() <= self.watermark:
            self.stalled = None  # nothing is left to fail on
        async for events in self._log.follow(self.watermark, limit=self._batch):
            start = 0
            while start < len(events):
                size = 1 if self._singly else len(events)
                await self._project(connection, events[start : start + size])
                start += size
                self._singly = max(0, self._singly - size)
            self.stalled = None

    async def _project(self, connection: Connection, events: Sequence[Recorded]) -> None:
        """Applies the events and moves the watermark, in one transaction."""
        last = events[-1].position
        async with connection.transaction():
            await connection.execute(_SQL["take_cursor"])
            state = await state_of(connection)
            await apply(connection, events, state)
            if not await connection.fetchval(_SQL["advance"], self.watermark, last):
                raise LeaseLost(f"the watermark is no longer {self.watermark}")
            await connection.execute(_SQL["notify"], PROJECTED_CHANNEL, str(last))
        self.watermark = last

    def _stall(self, why: str) -> None:
        if why != self.stalled:
            logger.error("projector: %s", why)
        self.stalled = why
        self._singly = self._batch
