"""What queries run on."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from events.queries import queries

Connection: TypeAlias = asyncpg.Connection | PoolConnectionProxy
Source: TypeAlias = asyncpg.Pool | asyncpg.Connection

_PLAN_BY_INDEX = queries(Path(__file__).parent / "sql" / "projector.sql")["plan_by_index"]


async def plan_by_index(connection: Connection) -> None:
    """Has each query of a connection planned once, to look rows up by key, for as long as the connection is open."""
    await connection.execute(_PLAN_BY_INDEX)


async def write(connection: Connection, statement: str, rows: Collection[Sequence[Any]]) -> None:
    """Carries out a statement once for all rows, whose columns are its parameters; not at all where there are none."""
    if rows:
        await connection.execute(statement, *map(list, zip(*rows, strict=True)))
