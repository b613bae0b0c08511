"""The days to come on which a post's answer may change by itself, kept by person: one fold writes its own alone."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from events.queries import queries
from projections.connection import Connection
from projections.fold.occupancy import days_set
from projections.fold.presence import Presence
from projections.kinds import PostView
from projections.model import Day

Due: TypeAlias = tuple[str, Day, str]  # post, day, person; no person: the post's settings turn the day

_SQL = queries(Path(__file__).parent / "sql" / "memberships.sql")


def due_of(view: PostView, *, whole: bool) -> Iterator[Due]:
    """The days behind today that turn the post's view, as far as its memberships here make them.

    `whole`: these are all, and the days that the settings make are among them.
    """
    post, today = view.settings.post, view.today
    if not view.rules.in_parts:
        yield from (
            (post, day, "") for day in view.rules.turning_days(view.memberships, view.settings) if day > today
        )
        return
    for each in view.memberships:
        days = Presence(each, view.settings.fresh_for).turning_days()
        yield from ((post, day, each.person) for day in days if day > today)
    if whole:
        yield from ((post, day, "") for day in days_set(view.settings) if day > today)


async def store_due(connection: Connection, before: set[Due], after: set[Due]) -> None:
    """Writes what differs."""
    if gone := sorted(before - after):
        await connection.execute(_SQL["delete_due"], *map(list, zip(*gone, strict=True)))
    if new := sorted(after - before):
        await connection.execute(_SQL["insert_due"], *map(list, zip(*new, strict=True)))
