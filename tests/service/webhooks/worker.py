"""A worker in a process of its own, to be killed: python -m tests.service.webhooks.worker DATABASE_URL KEY."""

import asyncio
import sys

import asyncpg

from events.follow import Waker
from service.outbound.addresses import loopback_allowed
from service.outbound.client import Outbound
from service.secrets import Vault
from service.webhooks.dispatcher import Dispatcher
from service.webhooks.matcher import Matcher
from service.webhooks.store import CHANGES_CHANNEL, DELIVERIES_CHANNEL


async def work(database_url: str, key: str) -> None:
    async with asyncpg.create_pool(
        database_url, min_size=0, max_size=6
    ) as pool:  # it may start while Postgres is down
        stop = asyncio.Event()
        deliveries, changes = Waker(pool, DELIVERIES_CHANNEL), Waker(pool, CHANGES_CHANNEL)
        dispatcher = Dispatcher(
            pool,
            deliveries,
            Outbound(loopback_allowed()),
            Vault([key]),
            source="https://incumbent.example",
            lease=1.0,
            poll=0.1,
        )
        await asyncio.gather(dispatcher.run(stop), Matcher(pool, changes, poll=0.1).run(stop))


if __name__ == "__main__":
    asyncio.run(work(*sys.argv[1:]))
