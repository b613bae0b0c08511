"""What subscriptions may want to hear of, read in the order in which it happened: Changes, and redactions."""

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
    found = [_of_change(row) for row in rows]
    reached = found[-1].position if len(rows) == at_most else up_to
    for position, stream in await redactions(connection, after[0], reached):
        found.append(await _of_redaction(connection, position, stream))
    return sorted(found, key=lambda each: (each.position, each.ordinal))


async def last_changes(pool: asyncpg.Pool, at_most: int) -> list[Found]:
    """The newest Changes that the views show, oldest first."""
    rows = await pool.fetch(SQL["last_changes"], at_most)
    return [_of_change(row) for row in reversed(rows)]


def _of_change(row: asyncpg.Record) -> Found:
    change: Change = change_decoder.decode(row["body"])
    area = area_of(row["label"] or "", row["organization_name"])
    return Found(
        position=row["position"],
        ordinal=row["ordinal"],
        lane=change.post,
        type=type_of(change),
        posts=(change.post,),
        organizations=(row["organization"],) if row["organization"] is not None else (),
        areas=(area,) if area is not None else (),
        persons=tuple(dict.fromkeys(m.person for m in (*change.before, *change.after))),
        change=change,
    )


async def _of_redaction(connection: Connection, position: int, stream: str) -> Found:
    claims = list((await reach_of(connection, stream)).claims)
    posts = await connection.fetch(SQL["redacted_posts"], claims, stream)
    persons = await connection.fetch(SQL["redacted_persons"], claims)
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
        persons=tuple(row["person"] for row in persons),
    )
