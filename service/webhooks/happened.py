"""What subscriptions may want to hear of, read in the order in which it happened: Changes, and redactions."""

from collections.abc import Collection, Mapping, Sequence

import asyncpg

from events.redaction import reach_of, redactions
from projections.model import Change
from service.webhooks.body import type_of
from service.webhooks.filters import Found, area_of
from service.webhooks.messages import change_decoder
from service.webhooks.sql import SQL

Connection = asyncpg.pool.PoolConnectionProxy


async def happened_between(
    connection: Connection, after: tuple[int, int], up_to: int, at_most: int
) -> list[Found]:
    """What comes behind `after` (position, ordinal) up to a position; about `at_most`, and if fewer, all of it.

    Raises msgspec.DecodeError for a Change that this release cannot read.
    """
    rows = await connection.fetch(SQL["changes"], *after, up_to, at_most)
    found = await _of_changes(connection, rows)
    reached = found[-1].position if len(rows) == at_most else up_to
    for position, stream in await redactions(connection, after[0], reached):
        found.append(await _of_redaction(connection, position, stream))
    return sorted(found, key=lambda each: (each.position, each.ordinal))


async def last_changes(pool: asyncpg.Pool, at_most: int) -> list[Found]:
    """The newest Changes that the views show, oldest first."""
    rows = await pool.fetch(SQL["last_changes"], at_most)
    return await _of_changes(pool, rows[::-1])


async def _of_changes(source: asyncpg.Pool | Connection, rows: Sequence[asyncpg.Record]) -> list[Found]:
    changes: list[Change] = [change_decoder.decode(row["body"]) for row in rows]
    merged = await _merged(source, {person for change in changes for person in _persons(change)})
    return [_of_change(row, change, merged) for row, change in zip(rows, changes, strict=True)]


def _persons(change: Change) -> Sequence[str]:
    return list(dict.fromkeys(m.person for m in (*change.before, *change.after)))


async def _merged(source: asyncpg.Pool | Connection, persons: Collection[str]) -> dict[str, Sequence[str]]:
    """Of some persons those into whom others were merged, with the ids of these."""
    if not persons:
        return {}
    rows = await source.fetch(SQL["merged_into"], list(persons))
    return {row["into_person"]: row["persons"] for row in rows}


def _of_change(row: asyncpg.Record, change: Change, merged: Mapping[str, Sequence[str]]) -> Found:
    persons = _persons(change)
    area = area_of(row["label"] or "", row["organization_name"])
    return Found(
        position=row["position"],
        ordinal=row["ordinal"],
        lane=change.post,
        type=type_of(change),
        posts=(change.post,),
        organizations=(row["organization"],) if row["organization"] is not None else (),
        areas=(area,) if area is not None else (),
        persons=(*persons, *(other for person in persons for other in merged.get(person, ()))),
        change=change,
        merged={person: merged[person] for person in persons if person in merged},
    )


async def _of_redaction(connection: Connection, position: int, stream: str) -> Found:
    claims = list((await reach_of(connection, stream)).claims)
    posts = await connection.fetch(SQL["redacted_posts"], claims, stream)
    persons = [row["person"] for row in await connection.fetch(SQL["redacted_persons"], claims)]
    merged = await _merged(connection, persons)
    areas = [area_of(row["label"], row["organization_name"]) for row in posts]
    return Found(
        position=position,
        ordinal=0,
        lane=stream,
        type="event.redacted",
        posts=tuple(row["id"] for row in posts),
        organizations=tuple(
            dict.fromkeys(row["organization"] for row in posts if row["organization"] is not None)
        ),
        areas=tuple(dict.fromkeys(area for area in areas if area is not None)),
        persons=(*persons, *(other for others in merged.values() for other in others)),
    )
