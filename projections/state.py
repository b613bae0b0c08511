"""What the events so far say of every post at once: which day it is, and by which rules posts are folded."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import msgspec

from events.queries import queries
from projections.connection import Connection
from projections.fold.rules import FIRST, Rules, rules_of

_SQL = queries(Path(__file__).parent / "sql" / "projector.sql")


class State(msgspec.Struct, frozen=True):
    days: Mapping[str, date]  # the last day turned, by time zone
    rules: Rules  # the fold in force


def initial() -> State:
    """The state before the first event."""
    return State({}, rules_of(FIRST))


async def state_of(connection: Connection) -> State:
    """The state at the watermark. Raises UnknownRules."""
    row = await connection.fetchrow(_SQL["state"])
    assert row is not None
    return State(
        dict(zip(row["zones"] or (), row["days"] or (), strict=True)), rules_of(row["fold"] or FIRST)
    )
