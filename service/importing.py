"""An import: what of a file is new goes into the log, step by step, on the stream of its source.

The stream is all that an import needs to know: one that was killed is simply run again and makes the rest.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

import asyncpg
import msgspec

from events.catalogue import BrokenRecord, ClaimsStated
from events.envelope import Append
from events.ids import mint, publisher_id, source_id
from events.log import Log
from events.naming.organizations import organization_fingerprint
from events.naming.posts import post_key
from events.queries import queries
from events.sources.history import Place, SourceHistory, digest_of_words
from events.sources.planning import plan
from events.sources.recording import Known
from events.sources.records import Entity, SourceFile, Verbatims
from events.sources.stating import Import
from events.sources.steps import Step
from projections.watermark import Watermark
from service.keys import register_publisher

_SQL = queries(Path(__file__).parent / "sql" / "importing.sql")
_PATIENCE = 30.0  # seconds for the views to come up to the log

Progress = Callable[[int, int], None]  # records and claims done, of how many


class BrokenFile(Exception):
    """Rows of the file are broken, and nothing was imported."""

    def __init__(self, broken: Sequence[BrokenRecord]) -> None:
        super().__init__(f"{len(broken)} rows are broken, so nothing was imported")
        self.broken = broken


class ViewsBehind(Exception):
    """The views do not come up to the log, so that what is known already cannot be told."""


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did."""

    source: str
    position: int  # of its last event; 0: nothing was new
    stated: int
    withdrawn: int
    attested: int
    entities: int  # created
    broken: Sequence[BrokenRecord]


async def import_file(
    log: Log,
    pool: asyncpg.Pool,
    file: SourceFile,
    *,
    publisher: str,
    declared: Import,
    actor: str,
    keep_going: bool = False,
    progress: Progress | None = None,
) -> Imported:
    """Brings the source of the publisher (a name; `declared` holds its id) up to the file.

    Raises BrokenFile where rows are broken and `keep_going` does not say to leave them out, ViewsBehind, Conflict
    where somebody else imports the same source at the same time, and what Log.append raises.
    """
    if file.broken and not keep_going:
        raise BrokenFile(file.broken)
    source = source_id(declared.publisher)
    await register_publisher(log, publisher, trusted=False, actor=actor)
    history = await _history(log, source)
    verbatims = await _verbatims(log, history)
    known = await _known(log, pool, file, history)
    todo = plan(file, declared, history, verbatims, known, mint)
    version, records = history.version, 0
    done = Imported(
        source=source, position=0, stated=0, withdrawn=0, attested=0, entities=0, broken=file.broken
    )
    for step in todo.steps:
        position = (await log.append(_append(step, source, version, actor))).last
        version, records = version + 1, records + step.records
        done = _with(done, step, position)
        if progress is not None:
            progress(records, todo.records)
    return done


def declare(publisher: str, **declared: object) -> Import:
    """An Import of the publisher of that name. Raises ValueError for a name without a letter or a digit."""
    return msgspec.convert({"publisher": publisher_id(publisher), **declared}, Import)


def _append(step: Step, source: str, version: int, actor: str) -> Append:
    # Every step has one event on the stream of the source.
    return Append(events=step.events, contents=step.contents, actor=actor, expected={source: version})


def _with(done: Imported, step: Step, position: int) -> Imported:
    stated = [new.event for new in step.events if isinstance(new.event, ClaimsStated)]
    return msgspec.structs.replace(
        done,
        position=position,
        stated=done.stated + sum(len(event.claims) for event in stated),
        withdrawn=done.withdrawn + sum(len(event.withdrawn) for event in stated),
        attested=done.attested + sum(len(event.attested) for event in stated),
        entities=done.entities + len({new.stream for new in step.events} - {done.source}),
    )


async def _history(log: Log, source: str) -> SourceHistory:
    history = SourceHistory(source)
    while batch := await log.read_stream(source, history.version, 20):
        for recorded in batch:
            history.add(recorded)
    return history


async def _verbatims(log: Log, history: SourceHistory) -> Verbatims:
    """The records as they were last read, one text after the other."""
    texts: dict[str, list[tuple[tuple[str, str], Place]]] = {}
    for key, place in history.places.items():
        texts.setdefault(place.content.hash, []).append((key, place))
    found: dict[tuple[str, str], bytes | None] = {}
    for places in texts.values():
        words = await log.content(places[0][1].content)
        for key, (_, span) in places:
            found[key] = None if words is None else digest_of_words(words[span.start : span.end])
    return found


async def _known(log: Log, pool: asyncpg.Pool, file: SourceFile, history: SourceHistory) -> Known:
    """What other sources and articles have brought into being, as far as new records of the file may mean it."""
    new = [each for each in file.entities if (each.kind, each.record) not in history.entities]
    if not any(each.kind != "other" for each in new):
        return Known()
    watermark = Watermark(pool)
    try:
        if not await watermark.reaches(await log.head(), _PATIENCE):
            raise ViewsBehind(
                "the views are behind the log; is the service running? Import again when they are not"
            )
    finally:
        await watermark.close()
    organizations = await _organizations(pool, new)
    return Known(
        identified=await _identified(pool, new),
        organizations=organizations,
        posts=await _posts(pool, file.entities, history, organizations),
    )


async def _identified(pool: asyncpg.Pool, new: Sequence[Entity]) -> dict[tuple[str, str, str], str]:
    asked = [(each.kind, other.scheme, other.identifier) for each in new for other in each.same_as]
    kinds, schemes, identifiers = ([key[side] for key in asked] for side in range(3))
    found: dict[tuple[str, str, str], set[str]] = {}
    for row in await pool.fetch(_SQL["identified"], kinds, schemes, identifiers):
        found.setdefault((row["kind"], row["scheme"], row["identifier"]), set()).add(row["entity"])
    return {key: entities.pop() for key, entities in found.items() if len(entities) == 1}


async def _organizations(pool: asyncpg.Pool, new: Sequence[Entity]) -> dict[str, str]:
    prints = sorted({organization_fingerprint(each.name) for each in new if each.kind == "organization"})
    rows = await pool.fetch(_SQL["organizations"], prints)
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row["fingerprint"], set()).add(row["organization"])
    return {fingerprint: ids.pop() for fingerprint, ids in found.items() if len(ids) == 1}


async def _posts(
    pool: asyncpg.Pool, entities: Sequence[Entity], history: SourceHistory, organizations: dict[str, str]
) -> dict[tuple[str | None, str], str]:
    within = {
        *organizations.values(),
        *(id_ for (kind, _), id_ in history.entities.items() if kind == "organization"),
    }
    keys = sorted({post_key(each.name) for each in entities if each.kind == "post"})
    found: dict[tuple[str | None, str], set[str]] = {}
    for row in await pool.fetch(_SQL["posts"], keys, sorted(within)):
        found.setdefault((row["organization"], row["key"]), set()).add(row["id"])
    return {key: ids.pop() for key, ids in found.items() if len(ids) == 1}
