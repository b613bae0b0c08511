"""Merges and splits of persons as rows: who is one with whom, and what claims mean for it."""

from collections.abc import Sequence
from pathlib import Path

from events.catalogue import PersonMerged, PersonSplit
from events.envelope import Recorded
from events.queries import queries
from projections.connection import Connection, Source

_SQL = queries(Path(__file__).parent / "sql" / "identity.sql")


async def record_identity(connection: Connection, recorded: Recorded) -> list[str]:
    """Writes the rows of a merge or a split and says which claims mean somebody else now; else writes none."""
    person, position = recorded.stream, recorded.position
    match recorded.event:
        case PersonMerged(into=into):
            await connection.execute(_SQL["follow_merges"], person, into, position)
            await connection.execute(_SQL["insert_merge"], person, into, position)
            rows = await connection.fetch(_SQL["move_all"], person, into, position)
        case PersonSplit(off=off, claims=claims):
            await connection.execute(_SQL["end_merge"], person, position)
            rows = await connection.fetch(_SQL["move"], claims, off, person, position)
        case _:
            return []
    return [row["claim"] for row in rows]


async def merged(source: Source, persons: Sequence[str]) -> dict[str, str]:
    """Of some persons those who are merged into another now, and into whom."""
    return {row["person"]: row["into_person"] for row in await source.fetch(_SQL["merged"], list(persons))}
