"""How far the views have come, and waiting until they have come far enough."""

import asyncio
import contextlib
from pathlib import Path

import asyncpg

from events.follow import Waker
from events.queries import queries

PROJECTED_CHANNEL = "incumbent_projected"

_SQL = queries(Path(__file__).parent / "sql" / "views.sql")


class Watermark:
    """The position up to which the views show everything."""

    def __init__(self, pool: asyncpg.Pool, *, poll: float = 0.5) -> None:
        self._pool = pool
        self._waker = Waker(pool, PROJECTED_CHANNEL, poll=poll)
        self._seen = 0  # it never goes back, so what was seen once need not be asked for again

    async def now(self) -> int:
        position = await self._pool.fetchval(_SQL["watermark"])
        assert isinstance(position, int)
        self._seen = max(self._seen, position)
        return position

    async def reaches(self, position: int, timeout: float) -> bool:  # noqa: ASYNC109 - an answer, not an error
        """Waits until everything up to the position shows; False if that takes longer than `timeout` seconds."""
        if self._seen >= position:
            return True
        loop = asyncio.get_running_loop()
        give_up = loop.time() + timeout
        woken = self._waker.subscribe()
        try:
            while await self.now() < position:
                left = give_up - loop.time()
                if left <= 0:
                    return False
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(left):
                        await self._waker.wait(woken)
            return True
        finally:
            self._waker.unsubscribe(woken)

    async def close(self) -> None:
        await self._waker.close()
