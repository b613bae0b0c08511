"""A lease is held by one at a time, and lost with its connection."""

import asyncio

import asyncpg
import pytest

from events.lease import LeaseLost, lease
from tests.support.servers import Database


async def test_a_second_holder_waits_for_the_first(database: Database) -> None:
    order: list[str] = []
    first_is_in = asyncio.Event()

    async def hold(name: str, seconds: float) -> None:
        async with lease(database.database_url, "desk"):
            order.append(f"{name} in")
            first_is_in.set()
            await asyncio.sleep(seconds)
            order.append(f"{name} out")

    first = asyncio.create_task(hold("first", 0.2))
    await first_is_in.wait()
    await asyncio.gather(first, hold("second", 0))

    assert order == ["first in", "first out", "second in", "second out"]


async def test_leases_of_two_names_are_two(database: Database) -> None:
    async with (
        asyncio.timeout(5),
        lease(database.database_url, "desk"),
        lease(database.database_url, "other"),
    ):
        pass


async def test_whoever_loses_the_connection_is_stopped_and_another_takes_over(database: Database) -> None:
    async def hold_and_lose() -> None:
        async with lease(database.database_url, "desk"):
            await cut(database)
            await asyncio.sleep(30)

    with pytest.raises(LeaseLost):
        await asyncio.wait_for(hold_and_lose(), 10)

    async with asyncio.timeout(5), lease(database.database_url, "desk"):
        pass


async def test_a_cancellation_from_outside_stays_one(database: Database) -> None:
    held = asyncio.Event()

    async def hold() -> None:
        async with lease(database.database_url, "desk"):
            held.set()
            await asyncio.sleep(30)

    task = asyncio.create_task(hold())
    await held.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def cut(database: Database) -> None:
    """Ends the sessions that hold leases, as a restart of the server would."""
    connection = await asyncpg.connect(database.admin_url)
    try:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'incumbent lease' AND datname = current_database()"
        )
    finally:
        await connection.close()
