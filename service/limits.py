"""Rate limits over all workers: each leases blocks of a caller's requests from a counter in Redis."""

import asyncio
import logging
import time

from redis.asyncio import Redis
from redis.exceptions import RedisError

from service.allowance import WINDOW, Allowance

_PATIENCE = 0.25  # seconds for an answer of Redis
_PAUSE = 1.0  # seconds for which Redis is left alone after it failed
_MOST_CALLERS = 20_000  # remembered by a worker

logger = logging.getLogger(__name__)


class Limits:
    """The allowances of this worker. `take_at_once` costs no round trip; `take` leases where it must.

    Without Redis each worker counts by itself: no more than the limit a worker, so at most workers times the limit.
    """

    def __init__(self, redis: Redis, *, prefix: str = "incumbent") -> None:
        self._redis = redis
        self._prefix = prefix
        self._allowances: dict[str, Allowance] = {}
        self._leasing: dict[str, asyncio.Task[None]] = {}
        self._shunned_until = 0.0

    def of(self, caller: str, limit: int) -> Allowance:
        """The allowance of a caller: an id of a key, or what else tells callers apart."""
        allowance = self._allowances.get(caller)
        if allowance is None or allowance.limit != limit:
            if len(self._allowances) >= _MOST_CALLERS:
                self._forget()
            allowance = self._allowances[caller] = Allowance(limit)
        return allowance

    def take_at_once(self, caller: str, allowance: Allowance) -> bool | None:
        """Whether one more request may be made; None where that takes a round trip. Leases ahead in the background."""
        taken = allowance.take(_window())
        if allowance.is_low and caller not in self._leasing:
            self._lease(caller, allowance)
        return taken

    async def take(self, caller: str, allowance: Allowance) -> bool:
        """Whether one more request may be made."""
        while (taken := self.take_at_once(caller, allowance)) is None:
            await asyncio.shield(self._leasing[caller])
        return taken

    async def close(self) -> None:
        for task in [*self._leasing.values()]:
            task.cancel()

    def _lease(self, caller: str, allowance: Allowance) -> None:
        task = asyncio.create_task(self._leased(caller, allowance), name=f"lease for {caller}")
        self._leasing[caller] = task

    async def _leased(self, caller: str, allowance: Allowance) -> None:
        window = allowance.window
        try:
            counted = await self._count(f"{self._prefix}:requests:{caller}:{window}", allowance.block)
            if counted is None:
                allowance.lease_alone(window)
            else:
                allowance.lease(window, counted)
        finally:
            # Here and not in a callback: whoever waited, and finds that the window has turned, must see no old lease.
            del self._leasing[caller]

    async def _count(self, counter: str, block: int) -> int | None:
        """Adds to a counter and gives what it says; None while Redis does not answer, which is tried again later."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._shunned_until:
            return None
        try:
            async with asyncio.timeout(_PATIENCE), self._redis.pipeline(transaction=False) as pipeline:
                pipeline.incrby(counter, block)
                pipeline.expire(counter, 2 * WINDOW)
                counted, _ = await pipeline.execute()
        except (RedisError, OSError, TimeoutError) as error:
            logger.warning("counting requests without Redis: %s: %s", type(error).__name__, error)
            self._shunned_until = loop.time() + _PAUSE
            return None
        return int(counted)

    def _forget(self) -> None:
        """Forgets those who asked for nothing in this window, or all: what they had leased is then lost to them."""
        window = _window()
        kept = {caller: each for caller, each in self._allowances.items() if each.window == window}
        self._allowances = kept if len(kept) < _MOST_CALLERS else {}


def seconds_left() -> int:
    """Seconds until the next window begins, rounded up: 1 to WINDOW."""
    return WINDOW - int(time.time()) % WINDOW


def _window() -> int:
    return int(time.time() // WINDOW)
