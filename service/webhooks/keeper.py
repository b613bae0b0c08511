"""What has to be done now and then: the log is told of endpoints that were disabled, what is long over is forgotten."""

import asyncio
import logging
from datetime import datetime, timedelta

import asyncpg

from events.catalogue import SubscriptionDisabled
from events.envelope import Append, NewEvent
from events.log import Log
from service.webhooks.clock import Clock
from service.webhooks.sql import SQL

logger = logging.getLogger(__name__)

_PAUSE = 5.0  # seconds between looks
_AT_ONCE = 1_000  # messages forgotten in one go


class Keeper:
    """Any number may run."""

    def __init__(
        self,
        pool: asyncpg.Pool,
        log: Log,
        *,
        keep: timedelta,
        clock: Clock | None = None,
        pause: float = _PAUSE,
    ) -> None:
        """`keep`: for how long what was delivered stays listed."""
        self._pool, self._log, self._keep = pool, log, keep
        self._clock = clock or Clock()
        self._pause = pause

    async def run(self) -> None:
        """For ever. Raises what Postgres raises: whoever runs it starts it again."""
        while True:
            await self.tell()
            there_is_more = await self.forget() == _AT_ONCE
            await asyncio.sleep(0 if there_is_more else self._pause)

    async def tell(self) -> int:
        """Appends subscription.disabled for endpoints that were disabled; gives for how many."""
        rows = await self._pool.fetch(SQL["untold"])
        for row in rows:
            subscription, at, why = row["subscription"], row["disabled_at"], row["disabled_why"]
            # The key makes it happen once, should this process die before it is noted or another one do the same.
            done = await self._log.append(
                Append(
                    events=(NewEvent(stream=subscription, event=SubscriptionDisabled(why=why)),),
                    actor="webhooks",
                    key=f"disabled {subscription} {at.isoformat()}",
                    fingerprint=why.encode(),
                )
            )
            await self._pool.execute(SQL["told"], subscription, at, done.last)
            logger.warning(
                "%s is disabled (%s), as the log says at position %d", subscription, why, done.last
            )
        return len(rows)

    async def forget(self) -> int:
        """Deletes what was delivered too long ago and what is left of subscriptions that are long over; gives how many
        messages that were.
        """
        before: datetime = self._clock.now() - self._keep
        for row in await self._pool.fetch(SQL["ended"], before):
            await self._pool.execute(SQL["forget_subscription"], row["subscription"])
        await self._pool.execute(SQL["forget_notices"], before)
        return int(await self._pool.fetchval(SQL["forget_delivered"], before, _AT_ONCE))
