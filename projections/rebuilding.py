"""Rebuilding the views beside the live ones: the log is replayed into shadow tables, and compared row by row.

Reads go on all the while, and so does the projector but for the last moment: with its cursor locked, the shadow is
brought to the very position of the live tables and compared; what differs is put right in the same transaction, so
that readers see everything as it was or everything mended. Nothing is said to anybody: the Changes of a replay are
those that were told.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import asyncpg
import msgspec

from events.envelope import Recorded
from events.log import Log
from events.queries import queries
from projections.applying import apply
from projections.connection import Connection
from projections.state import State, initial

SHADOW = "rebuild"  # the schema of the shadow tables; one rebuild at a time
VIEWS = (
    "day_turned", "fold_release", "publisher",
    "api_key", "subscription", "person", "person_name", "person_merge", "person_key", "organization",
    "organization_name", "post", "post_setting", "post_token", "reserved_name", "article", "article_uri",
    "article_version", "claim", "claim_resolution", "claim_decision", "source", "source_record", "same_as",
    "membership", "membership_claim", "due", "touch", "change",
)  # fmt: skip
_BATCH = 1_000  # events a transaction; those that touch nothing in common go together
_NEAR = 200  # events that may be left for the moment in which the projector stands still

_SQL = queries(Path(__file__).parent / "sql" / "rebuilding.sql")
_PROJECTOR = queries(Path(__file__).parent / "sql" / "projector.sql")

Progress = Callable[[int, int], None]  # position, of how many


class AlreadyRebuilding(Exception):
    """Another rebuild is under way."""


class Difference(msgspec.Struct, frozen=True):
    """How many rows of a table only the live views have, and how many only the log gives."""

    table: str
    wrong: int
    missing: int


class Rebuilt(msgspec.Struct, frozen=True):
    position: int  # up to which everything was compared
    rows: int
    differences: tuple[Difference, ...]


async def rebuild(pool: asyncpg.Pool, log: Log, *, mend: bool, progress: Progress | None = None) -> Rebuilt:
    """Compares the views with the log, and with `mend` puts right what differs. `pool` is the tables' owner's.

    Raises AlreadyRebuilding, and what reading the log raises.
    """
    async with pool.acquire() as connection:
        if not await connection.fetchval(_SQL["begin"]):
            raise AlreadyRebuilding("another rebuild is under way; wait for it")
        try:
            await _make_shadow(connection)
            return await _rebuild(connection, log, mend=mend, progress=progress)
        finally:
            if not connection.is_closed():
                await connection.execute(f"DROP SCHEMA IF EXISTS {SHADOW} CASCADE")
                await connection.execute(_SQL["end"])


async def _make_shadow(connection: Connection) -> None:
    await connection.execute(f"DROP SCHEMA IF EXISTS {SHADOW} CASCADE")
    await connection.execute(f"CREATE SCHEMA {SHADOW}")
    for table in VIEWS:
        await connection.execute(
            f"CREATE UNLOGGED TABLE {SHADOW}.{table} (LIKE public.{table} INCLUDING ALL)"
        )


async def _rebuild(connection: Connection, log: Log, *, mend: bool, progress: Progress | None) -> Rebuilt:
    await connection.execute(_PROJECTOR["plan_by_index"])
    state = initial()
    position, target = 0, await connection.fetchval(_PROJECTOR["watermark"])
    while position < target:
        async for events in _read(log, position, target):
            state = await _replay(connection, events, state)
            position = events[-1].position
            if progress is not None:
                progress(position, target)
        live = await connection.fetchval(_PROJECTOR["watermark"])
        target = live if live - position > _NEAR else target
    async with connection.transaction():
        live = await connection.fetchval(_SQL["stand_still"])
        async for events in _read(log, position, live):
            state = await _replay(connection, events, state)
        await connection.execute(_SQL["plan_freely"])
        found = [await _compared(connection, table) for table in VIEWS]
        differences = tuple(each for each in found if each.wrong or each.missing)
        if mend:
            for each in differences:
                await _mend(connection, each.table)
        rows = [await connection.fetchval(_SQL["count"].replace("view_table", table)) for table in VIEWS]
    return Rebuilt(live, sum(rows), differences)


async def _read(log: Log, position: int, target: int) -> AsyncIterator[Sequence[Recorded]]:
    """The events behind a position up to another, in batches; the next is read while one is applied."""
    coming = (
        asyncio.create_task(log.read(position, min(_BATCH, target - position))) if position < target else None
    )
    try:
        while coming is not None:
            events, coming = await coming, None
            position = events[-1].position
            if position < target:
                coming = asyncio.create_task(log.read(position, min(_BATCH, target - position)))
            yield events
    finally:
        if coming is not None:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)


async def _replay(connection: Connection, events: Sequence[Recorded], state: State) -> State:
    """Applies events to the shadow tables, whose names come first in the search path."""
    async with connection.transaction():
        await connection.execute(f"SET LOCAL search_path = {SHADOW}, public")
        state = await apply(connection, events, state, quietly=True)
        await connection.execute("SET LOCAL search_path = public")
    return state


async def _compared(connection: Connection, table: str) -> Difference:
    row = await connection.fetchrow(_SQL["compare"].replace("view_table", table))
    assert row is not None
    return Difference(table, row["wrong"], row["missing"])


async def _mend(connection: Connection, table: str) -> None:
    await connection.execute(_SQL["drop_wrong"].replace("view_table", table))
    columns = await connection.fetchval(_SQL["columns"], table)
    statement = _SQL["add_missing"].replace("view_table", table).replace("view_columns", columns)
    await connection.execute(statement)
