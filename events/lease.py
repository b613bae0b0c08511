"""One at a time: a lease held by a Postgres session, gone the moment that session is."""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

logger = logging.getLogger(__name__)

_CLASS = 1768842595  # of this house's leases; the log and the migrations lock under 1768842594

# A holder that has vanished from the network must lose its session soon, so that another can take over.
_SETTINGS = {
    "application_name": "incumbent lease",
    "tcp_keepalives_idle": "10",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "3",
    "idle_session_timeout": "0",
    "statement_timeout": "0",
}


class LeaseLost(Exception):
    """The session that held the lease is gone; whoever held it must stop, for another may hold it now."""


@asynccontextmanager
async def lease(url: str, name: str) -> AsyncIterator[None]:
    """Waits until the lease called `name` is free, and holds it for the block, on a connection of its own.

    The block is cancelled and LeaseLost raised where the connection is lost. Raises asyncpg's errors where the
    server cannot be reached.
    """
    task = asyncio.current_task()
    assert task is not None
    cancelling = task.cancelling()
    inside = lost = False

    def on_loss(_: object) -> None:
        nonlocal lost
        if inside:
            lost = True
            task.cancel()

    connection = await asyncpg.connect(url, server_settings=_SETTINGS)
    try:
        connection.add_termination_listener(on_loss)
        await connection.execute("SELECT pg_advisory_lock($1, $2)", _CLASS, _number(name))
        logger.info("holding the lease %s", name)
        inside = True
        try:
            yield
        except asyncio.CancelledError:
            if lost and task.uncancel() <= cancelling:
                raise LeaseLost(f"the connection that held the lease {name} was lost") from None
            raise
        finally:
            inside = False
    finally:
        await connection.close()


def _number(name: str) -> int:
    """The lease's number: 32 bits of the name's SHA-256, signed as Postgres wants it."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big", signed=True)
