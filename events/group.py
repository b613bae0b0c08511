"""Group commit: appends that arrive while one group is being made durable travel together in the next.

The log's lock lets one transaction at a time append, so a second one in flight would only wait: instead of a pool of
writers there is one connection and one queue. Each append still gets its own answer, and is durable when it has it.
"""

import asyncio
import logging
from collections import deque
from contextlib import suppress
from pathlib import Path

import asyncpg

from events.append import Ready, answer, arguments
from events.envelope import Appended, LogError, Unconfirmed
from events.queries import queries

_APPEND = queries(Path(__file__).parent / "sql" / "queries.sql")["append"]

MAX_GROUP = 256  # appends
MAX_GROUP_BYTES = 8_000_000
_RETRIES = 6  # after a lost connection, 0.05 s to 1.6 s apart
# What asyncpg raises where the connection is gone, or the server is going or coming.
LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the server said goodbye while the connection lay idle
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    OSError,
)

logger = logging.getLogger(__name__)


class GroupCommit:
    """Appends through one connection taken from the pool."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._connection: asyncpg.pool.PoolConnectionProxy | None = None
        self._statement: asyncpg.prepared_stmt.PreparedStatement | None = None
        self._queue: deque[tuple[Ready, asyncio.Future[Appended]]] = deque()
        self._task: asyncio.Task[None] | None = None

    def append(self, ready: Ready) -> asyncio.Future[Appended]:
        """Durable when it is done. Raises what the log refuses, or Unconfirmed where the server stays lost.

        A caller that is cancelled before its append is under way takes it back; later, it is recorded all the same.
        """
        future: asyncio.Future[Appended] = asyncio.get_running_loop().create_future()
        self._queue.append((ready, future))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._drain(), name="group commit")
        return future

    async def close(self) -> None:
        """Finishes what was queued and gives the connection back."""
        if self._task is not None:
            await self._task
        await self._release()

    async def _drain(self) -> None:
        while True:
            # Whoever just got an answer may append again first: one large group is faster than two that alternate.
            await asyncio.sleep(0)
            if not (group := self._take()):
                return
            try:
                await self._commit(group)
            except Exception as error:  # noqa: BLE001 - whatever it was, each caller must hear of it
                for _, future in group:
                    if not future.done():
                        future.set_exception(error)

    def _take(self) -> list[tuple[Ready, asyncio.Future[Appended]]]:
        group: list[tuple[Ready, asyncio.Future[Appended]]] = []
        size = 0
        while self._queue and len(group) < MAX_GROUP:
            ready, future = self._queue[0]
            if group and size + ready.size > MAX_GROUP_BYTES:
                break
            self._queue.popleft()
            if not future.cancelled():
                group.append((ready, future))
                size += ready.size
        return group

    async def _commit(self, group: list[tuple[Ready, asyncio.Future[Appended]]]) -> None:
        try:
            rows = await self._send([ready for ready, _ in group])
        except asyncpg.PostgresError:
            if len(group) == 1:
                raise
            logger.warning("a group of %d appends failed; its members are tried one by one", len(group))
            for member in group:
                try:
                    await self._commit([member])
                except asyncpg.PostgresError as error:
                    if not member[1].done():
                        member[1].set_exception(error)
            return
        for (ready, future), row in zip(group, rows, strict=True):
            if future.done():
                continue
            result = answer(ready, row)
            if isinstance(result, LogError):
                future.set_exception(result)
            else:
                future.set_result(result)

    async def _send(self, group: list[Ready]) -> list[asyncpg.Record]:
        """One round trip; on a lost connection again, looking first whether the lost one had committed."""
        lost: Exception | None = None
        for attempt in range(_RETRIES + 1):
            try:
                if self._statement is None:
                    self._connection = await self._pool.acquire()
                    self._statement = await self._connection.prepare(_APPEND)
                return await self._statement.fetch(*arguments(group, retried=lost is not None))
            except LOST as error:
                lost = error
                logger.warning("the log's connection was lost (%s); attempt %d", error, attempt + 1)
                await self._release(lost=True)
                await asyncio.sleep(0.05 * 2**attempt)
        raise Unconfirmed(
            "the database did not answer; whether the append was recorded is unknown: repeat it with the same key"
        ) from lost

    async def _release(self, *, lost: bool = False) -> None:
        connection, self._connection, self._statement = self._connection, None, None
        if connection is None:
            return
        with suppress(asyncpg.InterfaceError):  # the pool takes a closed connection back by itself
            if lost:
                connection.terminate()
            await self._pool.release(connection)
