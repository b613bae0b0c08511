"""Views that show nothing new for a while."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from tests.support.service import Service


@contextmanager
def views_standing_still(service: Service) -> Iterator[None]:
    """The projector cannot move its cursor for the block."""
    until, held = threading.Event(), threading.Event()

    async def hold() -> None:
        connection = await asyncpg.connect(service.database.admin_url)
        try:
            async with connection.transaction():
                await connection.execute("SELECT FROM cursor WHERE name = 'projector' FOR UPDATE")
                held.set()
                await asyncio.to_thread(until.wait, 60)
        finally:
            await connection.close()

    holder = threading.Thread(target=asyncio.run, args=(hold(),))
    holder.start()
    try:
        assert held.wait(20)
        yield
    finally:
        until.set()
        holder.join(20)
