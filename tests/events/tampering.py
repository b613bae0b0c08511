"""A log for verification, and an administrator who alters it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from events.catalogue import ArticleReceived, ClaimsDecided, Decision, PersonCreated
from events.envelope import Append, NewContent, NewEvent
from events.ids import mint
from events.log import Log


async def say(log: Log, *events: NewEvent, contents: tuple[NewContent, ...] = (), **fields: Any) -> int:
    """Appends and gives the last position."""
    done = await log.append(Append(events=events, actor="desk", contents=contents, **fields))
    return done.last


async def article(log: Log, text: str, *, note: str | None = None, article: str | None = None) -> str:
    """An article whose original differs from its text, with an editor's note if one is given."""
    stream = article or mint("article")
    body = NewContent(body=text.encode(), media_type="text/plain")
    original = NewContent(body=f"<p>{text}</p>".encode(), media_type="text/html")
    received = ArticleReceived(
        version=1, uri=f"https://news.example/{stream}", publisher="publisher-ledger", text=body.ref,
        original=original.ref, title_length=0, published="2026-03-01",
    )  # fmt: skip
    await say(log, NewEvent(stream=stream, event=received), contents=(body, original))
    if note is not None:
        words = NewContent(body=note.encode(), media_type="text/plain")
        decision = Decision(
            claim="claim-1", state="rejected", rule="editor", checked_by="editor", note=words.ref
        )
        await say(log, NewEvent(stream=stream, event=ClaimsDecided(decisions=(decision,))), contents=(words,))
    return stream


async def people(log: Log, count: int, *, a_time: int = 500) -> int:
    """Appends so many events and gives the last position."""
    last = 0
    for start in range(0, count, a_time):
        new = [
            NewEvent(stream=mint("person"), event=PersonCreated(name=f"Person {n}"))
            for n in range(start, min(count, start + a_time))
        ]
        last = await say(log, *new)
    return last


@asynccontextmanager
async def altered(
    admin: asyncpg.Connection, table: str, key: str, value: Any, column: str, expression: str
) -> AsyncIterator[None]:
    """For the block the column of the row holds what the SQL expression gives; afterwards what it held."""
    if column == key:
        new = await admin.fetchval(
            f"UPDATE {table} SET {column} = {expression} WHERE {key} = $1 RETURNING {key}", value
        )
        restore = (f"UPDATE {table} SET {column} = $2 WHERE {key} = $1", new, value)
    else:
        kept = await admin.fetchval(f"SELECT {column} FROM {table} WHERE {key} = $1", value)
        await admin.execute(f"UPDATE {table} SET {column} = {expression} WHERE {key} = $1", value)
        restore = (f"UPDATE {table} SET {column} = $2 WHERE {key} = $1", value, kept)
    try:
        yield
    finally:
        await admin.execute(*restore)


ANOTHER = {
    "bigint": "{} + 1000000",
    "smallint": "{} + 1",
    "text": "{} || 'x'",
    "uuid": "gen_random_uuid()",
    "timestamp with time zone": "{} + interval '1 microsecond'",
    "bytea": "CASE WHEN {0} IS NULL THEN sha256('x') ELSE set_bit({0}, 3, 1 - get_bit({0}, 3)) END",
}  # by the column's type: an expression that gives another value than it holds


async def columns(admin: asyncpg.Connection, table: str) -> dict[str, str]:
    """Each column of a table with an expression for another value."""
    rows = await admin.fetch(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = $1", table
    )
    return {row["column_name"]: ANOTHER[row["data_type"]].format(row["column_name"]) for row in rows}
