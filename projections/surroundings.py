"""What else of a post has to be known to tell what a fold of some of its persons does to the views of some days."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import asyncpg
import msgspec

from events.queries import queries
from projections.connection import Connection
from projections.fold.part import tells_the_day, view_from
from projections.model import Membership, PostSettings
from projections.rows import stored_now

_WITNESSES = 8  # memberships among which one is looked for that makes a post of several seats held
_OVER = 4  # memberships that were over before: as many as the query gives

_SQL = queries(Path(__file__).parent / "sql" / "folding.sql")


class Asked(msgspec.Struct, frozen=True):
    """Some persons of a post, their memberships before and after an event, and the days whose views matter."""

    settings: PostSettings
    persons: set[str]
    before: Sequence[Membership]
    after: Sequence[Membership]
    days: set[date]


async def others(connection: Connection, asked: Sequence[Asked]) -> dict[str, list[Membership]]:
    """By post: memberships of other persons, without their claims, as many as it takes; at most all of them."""
    if not asked:
        return {}
    looks = [(each.settings, day) for each in asked for day in sorted(each.days)]
    rows = await connection.fetch(
        _SQL["about_days"],
        [settings.post for settings, _ in looks],
        [view_from(day, settings) for settings, day in looks],
        [_WITNESSES if settings.seats != 1 else None for settings, _ in looks],
    )
    found: dict[str, list[asyncpg.Record]] = {each.settings.post: [] for each in asked}
    for row in rows:
        found[row["post"]].append(row)
    told = {}
    for each in asked:
        post = each.settings.post
        told[post] = _apart(found[post], each.persons)
        if not _suffice(each, told[post], found[post]):
            told[post] = _apart(await connection.fetch(_SQL["of_posts"], [post], 0), each.persons)
    return told


def _apart(rows: Sequence[asyncpg.Record], persons: set[str]) -> list[Membership]:
    by_id = {row["id"]: row for row in rows if row["person"] not in persons}
    return [stored_now(row).membership for row in by_id.values()]


def _suffice(asked: Asked, known: Sequence[Membership], rows: Sequence[asyncpg.Record]) -> bool:
    return all(
        tells_the_day(side, known, asked.settings, day, _known_since(asked.settings, day, rows))
        for side in (asked.before, asked.after)
        for day in asked.days
    )


def _known_since(settings: PostSettings, day: date, rows: Sequence[asyncpg.Record]) -> date | None:
    """Since when everything was read for that day that is not over by then (`tells_the_day`)."""
    own = [row for row in rows if row["asked"] == view_from(day, settings)]
    if settings.seats != 1 and sum(row["place"] == "later" for row in own) == _WITNESSES:
        return date.max
    over = [row["end_latest"] for row in own if row["place"] == "over"]
    return min(over) if len(over) == _OVER else None
