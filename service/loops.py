"""The loops of a worker process: each started again when it fails, all ended together."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

_FIRST_PAUSE = 0.2  # seconds until a failed loop is started again, doubled each time
_LONGEST_PAUSE = 30.0
_HEALTHY = 60.0  # seconds of running after which the pauses begin anew
_SOON = 1.0  # seconds after which it is worth saying what is still ending
_GRACE = 9.0  # seconds that a loop has to finish what is under way

logger = logging.getLogger(__name__)


class Loops:
    """Keeps loops running until `end`. A loop that takes `stop` finishes what is under way; others are cancelled."""

    def __init__(self) -> None:
        self._stop = asyncio.Event()
        self._finishing: list[asyncio.Task[None]] = []
        self._endless: list[asyncio.Task[None]] = []

    def keep(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """Keeps a loop going that ends by being cancelled."""
        self._endless.append(asyncio.create_task(self._keep(name, run), name=name))

    def keep_until_stopped(self, name: str, run: Callable[[asyncio.Event], Awaitable[None]]) -> None:
        """Keeps a loop going that returns, in its own time, when its event is set."""
        task = asyncio.create_task(self._keep(name, lambda: run(self._stop)), name=name)
        self._finishing.append(task)

    async def end(self) -> None:
        """Ends them all, none later than the grace allows."""
        self._stop.set()
        for task in self._endless:
            task.cancel()
        tasks = [*self._endless, *self._finishing]
        if not tasks:
            return
        _, slow = await asyncio.wait(tasks, timeout=_SOON)
        if not slow:
            return
        logger.info("still ending: %s", ", ".join(sorted(task.get_name() for task in slow)))
        _, late = await asyncio.wait(slow, timeout=_GRACE)
        for task in late:
            logger.warning("%s is broken off", task.get_name())
            task.cancel()

    async def _keep(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        loop = asyncio.get_running_loop()
        pause = _FIRST_PAUSE
        while not self._stop.is_set():
            started = loop.time()
            try:
                await run()
                return
            except Exception as error:  # noqa: BLE001 - a loop must come back whatever happened, and say so
                logger.error("%s failed and starts again: %s: %s", name, type(error).__name__, error)
            if loop.time() - started > _HEALTHY:
                pause = _FIRST_PAUSE
            try:
                async with asyncio.timeout(pause):
                    await self._stop.wait()
            except TimeoutError:
                pause = min(_LONGEST_PAUSE, pause * 2)
