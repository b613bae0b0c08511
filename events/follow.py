"""Waking followers: LISTEN on one connection for everyone, polling behind it, reconnecting when it is lost."""

import asyncio
import logging
from collections.abc import Callable

import asyncpg

logger = logging.getLogger(__name__)


class Waker:
    """Sets the event of everyone who waits when Postgres notifies on the channel, or the connection comes back.

    A wake-up is a hint: whoever is woken reads the table, and reads it every `poll` seconds anyway, so a lost
    notification costs time and never an event.
    """

    def __init__(self, pool: asyncpg.Pool, channel: str, *, poll: float = 1.0) -> None:
        self._pool = pool
        self._channel = channel
        self.poll = poll
        self._waiting: set[asyncio.Event] = set()
        self._task: asyncio.Task[None] | None = None

    def subscribe(self) -> asyncio.Event:
        """An event that is set at each notification; whoever waits clears it. Needs a running loop."""
        event = asyncio.Event()
        self._waiting.add(event)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._listen(), name=f"listen {self._channel}")
        return event

    def unsubscribe(self, event: asyncio.Event) -> None:
        self._waiting.discard(event)

    async def wait(self, event: asyncio.Event) -> None:
        """Until the next notification, or `poll` seconds."""
        try:
            # Not wait_for: that of Python 3.11 loses a cancellation that comes at the same moment as the event.
            async with asyncio.timeout(self.poll):
                await event.wait()
        except TimeoutError:
            return
        finally:
            event.clear()

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _wake(self) -> None:
        for event in self._waiting:
            event.set()

    async def _listen(self) -> None:
        while True:
            try:
                await self._listen_once()
            except (
                asyncpg.PostgresError,
                asyncpg.InterfaceError,
                asyncpg.InternalClientError,
                OSError,
            ) as error:
                logger.warning("cannot listen on %s (%s); polling meanwhile", self._channel, error)
            await asyncio.sleep(self.poll)

    async def _listen_once(self) -> None:
        """Listens until the connection is lost."""
        lost = asyncio.Event()
        on_notify: Callable[..., None] = lambda *_: self._wake()  # noqa: E731
        on_loss: Callable[..., None] = lambda *_: lost.set()  # noqa: E731
        async with self._pool.acquire() as connection:
            connection.add_termination_listener(on_loss)
            await connection.add_listener(self._channel, on_notify)
            try:
                self._wake()
                await lost.wait()
            finally:
                if not lost.is_set():
                    connection.remove_termination_listener(on_loss)
                    await connection.remove_listener(self._channel, on_notify)
