"""Redaction: takes verbatim text away for good, and says so in the log.

The event comes first and is what counts; deleting is repeated by whoever comes by until it is done, so a crash in
between loses nothing. That derived copies go too is the business of the rooms that hold them.
"""

from collections.abc import Iterator
from pathlib import Path

import asyncpg
import msgspec
from asyncpg.pool import PoolConnectionProxy

from events.catalogue import AnyEvent, ArticleRead, ClaimsStated, ClaimsSubmitted, ContentRedacted
from events.contents import contents_of
from events.envelope import NEW, Append, Conflict, NewContent, NewEvent
from events.ids import category_of
from events.log import Log
from events.queries import queries
from events.upcast import stored_event

Source = asyncpg.Pool | asyncpg.Connection | PoolConnectionProxy

_ATTEMPTS = 10
_BATCH = 500  # events
_SQL = queries(Path(__file__).parent / "sql" / "redaction.sql")


class NothingToRedact(Exception):
    """There is no such stream, or its texts are gone already; the message says which."""


class Redacted(msgspec.Struct, frozen=True):
    """A redaction that was recorded."""

    stream: str
    position: int
    contents: int  # rows of the content table that it names


class Reach(msgspec.Struct):
    """What a redaction of a stream concerns: the stream and those of the claims that it makes."""

    versions: dict[str, int]  # of the streams; NEW for a claim that nobody has corrected yet
    claims: set[str]
    contents: set[str]  # hashes, in hex; the reasons of earlier redactions are none of them


async def redact(log: Log, pool: asyncpg.Pool, stream: str, *, reason: str, actor: str) -> Redacted:
    """Records that every text of an article (all versions, originals, editors' notes and corrections), or of another
    stream, goes, and deletes it. What comes later is not concerned.

    Raises NothingToRedact, and what Log.append raises.
    """
    for _ in range(_ATTEMPTS):
        reach = await reach_of(pool, stream)
        if stream not in reach.versions:
            raise NothingToRedact(f"the log knows no {stream}")
        rows = await pool.fetch(_SQL["standing"], [bytes.fromhex(hash_) for hash_ in reach.contents])
        hashes = tuple(sorted(row["hash"].hex() for row in rows))
        if not hashes:
            raise NothingToRedact(f"{stream} has no text, or it is gone already")
        note = NewContent(body=reason.encode(), media_type="text/plain")
        event = ContentRedacted(contents=hashes, reason=note.ref)
        try:
            done = await log.append(
                Append(
                    events=(NewEvent(stream=stream, event=event),),
                    actor=actor,
                    expected=reach.versions,
                    contents=(note,),
                )
            )
        except Conflict as conflict:
            lost = conflict  # another version or a note came in between: it goes too
            continue
        await carry_out(pool, done.last)
        return Redacted(stream, done.last, len(hashes))
    raise lost


async def reach_of(source: Source, stream: str) -> Reach:
    """What a redaction of the stream concerns now; no versions where there is no such stream."""
    reach = Reach({}, set(), set())
    await _add(source, stream, reach)
    for row in await source.fetch(_SQL["streams"], list(reach.claims - {stream})):
        await _add(source, row["stream"], reach)
    if category_of(stream) == "article":
        # A first correction must not slip in unseen; an import's claims are too many to expect each.
        reach.versions |= dict.fromkeys(reach.claims - reach.versions.keys(), NEW)
    return reach


async def _add(source: Source, stream: str, reach: Reach) -> None:
    if category_of(stream) == "claim":
        reach.claims.add(stream)
    after = 0
    while rows := await source.fetch(_SQL["stream"], stream, after, _BATCH):
        after = reach.versions[stream] = rows[-1]["version"]
        for row in rows:
            event = stored_event(row["position"], row["type"], row["schema_version"], row["payload"])
            reach.claims.update(_claims(event))
            if not isinstance(event, ContentRedacted):
                reach.contents.update(ref.hash for ref in contents_of(event))


def _claims(event: AnyEvent) -> Iterator[str]:
    """The ids of the claims that an event makes."""
    match event:
        case ArticleRead(claims=claims) | ClaimsSubmitted(claims=claims):
            yield from (claim.id for claim in claims)
        case ClaimsStated(claims=stated):
            yield from (each.claim.id for each in stated)
        case _:
            pass


async def carry_out(source: Source, position: int) -> int:
    """Deletes what the redaction at a position names and gives how many texts went. A second time it does nothing."""
    return int(await source.fetchval(_SQL["carry_out"], position))


async def carry_out_all(source: Source) -> int:
    """The same for every redaction in the log."""
    return int(await source.fetchval(_SQL["carry_out_all"]))


async def redactions(source: Source, after: int, up_to: int) -> list[tuple[int, str]]:
    """Position and stream of each redaction of (after, up_to]."""
    rows = await source.fetch(_SQL["redactions"], after, up_to)
    return [(row["position"], row["stream"]) for row in rows]
