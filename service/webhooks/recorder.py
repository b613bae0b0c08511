"""Results of many lanes are recorded together: while one round trip is under way, the next group gathers."""

import asyncio

from service.webhooks.clock import Clock
from service.webhooks.store import Result, Store


class Recorder:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._waiting: list[tuple[Result, asyncio.Future[None]]] = []
        self._flushing: asyncio.Task[None] | None = None

    async def record(self, result: Result) -> None:
        """Returns when the result is durable. Raises the database's errors; the attempt is then made again."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((result, done))
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush(), name="record deliveries")
        await done

    async def _flush(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting, []
            try:
                await self._store.record([result for result, _ in group], self._clock.now())
            except Exception as error:  # noqa: BLE001 (handed to everyone who waits for it)
                for _, done in group:
                    if not done.done():
                        done.set_exception(error)
            else:
                for _, done in group:
                    if not done.done():
                        done.set_result(None)
