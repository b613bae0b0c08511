"""Redaction: takes the verbatim text of an article away for good, and says so in the log.

The event comes first and is what counts; deleting is repeated by whoever comes by until it is done, so a crash in
between loses nothing. That derived copies go too is the business of the rooms that hold them.
"""

from collections.abc import Sequence
from pathlib import Path

import asyncpg
import msgspec
from asyncpg.pool import PoolConnectionProxy

from events.catalogue import ArticleReceived, ArticleRedacted
from events.contents import contents_of
from events.envelope import Append, Conflict, NewContent, NewEvent, Recorded
from events.log import Log
from events.queries import queries

Source = asyncpg.Pool | asyncpg.Connection | PoolConnectionProxy

_ATTEMPTS = 10
_SQL = queries(Path(__file__).parent / "sql" / "redaction.sql")


class NothingToRedact(Exception):
    """There is no such article, or its text is gone already; the message says which."""


class Redacted(msgspec.Struct, frozen=True):
    """A redaction that was recorded."""

    article: str
    position: int
    contents: int  # rows of the content table that it names


async def redact(log: Log, pool: asyncpg.Pool, article: str, *, reason: str, actor: str) -> Redacted:
    """Records that every text of the article so far (all versions, originals, editors' notes) goes, and deletes it.

    Raises NothingToRedact, and what Log.append raises.
    """
    for _ in range(_ATTEMPTS):
        stream = await _stream(log, article)
        if not any(isinstance(recorded.event, ArticleReceived) for recorded in stream):
            raise NothingToRedact(f"there is no article {article}")
        hashes = await _standing(pool, stream)
        if not hashes:
            raise NothingToRedact(f"the text of {article} is gone already")
        note = NewContent(body=reason.encode(), media_type="text/plain")
        event = ArticleRedacted(contents=hashes, reason=note.ref)
        try:
            done = await log.append(
                Append(
                    events=(NewEvent(stream=article, event=event),),
                    actor=actor,
                    expected={article: stream[-1].version},
                    contents=(note,),
                )
            )
        except Conflict:
            continue  # another version or a note came in between: it goes too
        await carry_out(pool, done.last)
        return Redacted(article, done.last, len(hashes))
    raise Conflict(article, stream[-1].version, stream[-1].version)


async def carry_out(source: Source, position: int) -> int:
    """Deletes what the redaction at a position names and gives how many texts went. A second time it does nothing."""
    return int(await source.fetchval(_SQL["carry_out"], position))


async def carry_out_all(source: Source) -> int:
    """The same for every redaction in the log."""
    return int(await source.fetchval(_SQL["carry_out_all"]))


async def redactions(source: Source, after: int, up_to: int) -> list[tuple[int, str]]:
    """Position and article of each redaction of (after, up_to]."""
    rows = await source.fetch(_SQL["redactions"], after, up_to)
    return [(row["position"], row["stream"]) for row in rows]


async def _stream(log: Log, stream: str) -> list[Recorded]:
    events: list[Recorded] = []
    while batch := await log.read_stream(stream, events[-1].version if events else 0):
        events.extend(batch)
    return events


async def _standing(pool: asyncpg.Pool, stream: Sequence[Recorded]) -> tuple[str, ...]:
    """The hashes of the article's texts that are still there; the reasons of earlier redactions are kept."""
    named = {
        ref.hash
        for recorded in stream
        if not isinstance(recorded.event, ArticleRedacted)
        for ref in contents_of(recorded.event)
    }
    rows = await pool.fetch(_SQL["standing"], [bytes.fromhex(hash_) for hash_ in sorted(named)])
    return tuple(sorted(row["hash"].hex() for row in rows))
