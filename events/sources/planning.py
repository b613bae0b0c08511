"""What of a file is new against what its source has said so far: the appends that an import makes. Pure.

A record keeps its entity for ever. A claim's identity is source, record and kind: one whose record changed is stated
again, one whose record is gone is withdrawn, one that stands without an end is attested for the later day.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Literal, TypeVar

import msgspec

from events.catalogue import (
    Claim,
    ClaimKind,
    ClaimsStated,
    EntitiesRecorded,
    EntityRecord,
    ImportCompleted,
    ImportReceived,
    MissingEnd,
    OrganizationCreated,
    PersonCreated,
    PersonNamed,
    PostOpened,
    RecordGone,
    RecordKind,
    Span,
    StatedClaim,
)
from events.envelope import NewContent, NewEvent
from events.ids import derived
from events.naming.organizations import organization_fingerprint
from events.naming.posts import post_key
from events.naming.seats import seats_of
from events.sources.history import SourceHistory
from events.sources.records import Entity, SourceFile, Tenure, Verbatims

MOST_RECORDS = 400  # of one event: an append takes 1,000 events, and an entity may bring one
MOST_CLAIMS = 400  # of one event
MOST_BYTES = 2_000_000  # of verbatim records of one event

_ORDER: Mapping[RecordKind, int] = {"other": 0, "organization": 1, "person": 2, "post": 3}

T = TypeVar("T")
Mint = Callable[[Literal["person", "post", "organization"]], str]


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What is known already, from other sources and articles. Whatever is left open by it is left out of it."""

    identified: Mapping[tuple[str, str, str], str] = {}  # (kind, scheme, identifier): entity
    organizations: Mapping[str, str] = {}  # fingerprint: organization
    posts: Mapping[tuple[str | None, str], str] = {}  # (organization, post_key): post


class Step(msgspec.Struct, frozen=True):
    """One append of an import: all of it or nothing."""

    events: tuple[NewEvent, ...]
    contents: tuple[NewContent, ...]
    records: int  # how many records of the file it settles


class Import(msgspec.Struct, frozen=True, kw_only=True):
    """What the import declares of its file."""

    publisher: str  # id
    missing_end: MissingEnd
    as_of: date  # the day for which the file speaks


def steps(
    file: SourceFile, declared: Import, history: SourceHistory, verbatims: Verbatims, known: Known, mint: Mint
) -> list[Step]:
    """The appends that bring the source up to the file, in order; none where nothing is new.

    An import that broke off goes on: what its stream holds is not made again.
    """
    entities, work = _entities(file, history, verbatims, known, mint)
    work.extend(_claims(file, declared, history, verbatims, entities))
    if not work and history.complete:
        return []
    received = _received(file, declared, history)
    first = [] if received is None else [_step(history.stream, received)]
    version = history.received.version if received is None and history.received else 0
    done = ImportCompleted(version=received.version if received else version, broken=tuple(file.broken))
    return [*first, *work, _step(history.stream, done)]


def kind_of(tenure: Tenure, declared: Import) -> ClaimKind:
    """What a row claims, on the day for which its file speaks."""
    start, end = tenure.start, tenure.end
    if end is not None:
        return "held" if end.latest is not None and end.latest <= declared.as_of else "holds"
    begun = start is None or start.earliest is None or start.earliest <= declared.as_of
    return "holds" if begun and declared.missing_end == "current" else "in"


def _received(file: SourceFile, declared: Import, history: SourceHistory) -> ImportReceived | None:
    """The event that opens the import; None where the one that broke off goes on."""
    before = history.received
    received = ImportReceived(
        version=1 if before is None else before.version + 1,
        publisher=declared.publisher,
        format=file.format,
        missing_end=declared.missing_end,
        as_of=declared.as_of.isoformat(),
    )
    if before is None or history.complete:
        return received
    same = msgspec.structs.replace(received, version=before.version) == before
    return None if same else received


def _step(stream: str, event: ImportReceived | ImportCompleted) -> Step:
    return Step((NewEvent(stream=stream, event=event),), (), 0)


def _entities(
    file: SourceFile, history: SourceHistory, verbatims: Verbatims, known: Known, mint: Mint
) -> tuple[dict[tuple[str, str], str], list[Step]]:
    """Which entity each record is, and the steps that bring those into being that are new."""
    found = _Entities(file.entities, history, known, mint)
    new: list[tuple[Entity, str | None, tuple[NewEvent, ...]]] = []
    for each in sorted(file.entities, key=lambda each: _ORDER[each.kind]):
        entity, events = found.entity(each)
        record = history.records.get((each.kind, each.record))
        same = record is not None and (record.name, record.same_as) == (each.name, each.same_as)
        if not same or events or each.verbatim != verbatims.get((each.kind, each.record), b""):
            new.append((each, entity, events))
    there = {(each.kind, each.record) for each in file.entities}
    gone = [
        RecordGone(kind=e.kind, record=e.record) for key, e in history.records.items() if key not in there
    ]
    work = []
    for batch in _batches(new, lambda item: len(item[0].verbatim), MOST_RECORDS):
        content, spans = _content(each.verbatim for each, _, _ in batch)
        records = tuple(
            EntityRecord(
                kind=each.kind, record=each.record, entity=entity, name=each.name, same_as=each.same_as,
                verbatim=span,
            )
            for (each, entity, _), span in zip(batch, spans, strict=True)
        )  # fmt: skip
        dropped, gone = tuple(gone[:MOST_RECORDS]), gone[MOST_RECORDS:]
        event = EntitiesRecorded(records=records, gone=dropped, content=content.ref if content else None)
        made = [event for _, _, events in batch for event in events]
        stream = NewEvent(stream=history.stream, event=event)
        work.append(Step((*made, stream), (content,) if content else (), len(batch)))
    for number in range(0, len(gone), MOST_RECORDS):
        event = EntitiesRecorded(gone=tuple(gone[number : number + MOST_RECORDS]))
        work.append(Step((NewEvent(stream=history.stream, event=event),), (), 0))
    return found.ids, work


class _Entities:
    """Finds the entity of each record: the source's own word first, then ids of others, then names that are unique.

    Persons are never taken for one another by name: two people share a name.
    """

    def __init__(self, entities: Iterable[Entity], history: SourceHistory, known: Known, mint: Mint) -> None:
        self.ids = dict(history.entities)
        self._taken = set(history.entities.values())
        self._history, self._known, self._mint = history, known, mint
        self._alike: dict[tuple[str | None, str], int] = {}
        for each in entities:
            if each.kind == "post":
                key = (each.organization, post_key(each.name))
                self._alike[key] = self._alike.get(key, 0) + 1

    def entity(self, each: Entity) -> tuple[str | None, tuple[NewEvent, ...]]:
        """The entity (None: of no interest) and the events that it takes."""
        if each.kind == "other":
            return None, ()
        before = self.ids.get((each.kind, each.record))
        if before is not None:
            return before, self._renamed(each, before)
        entity = self._found(each)
        events: tuple[NewEvent, ...] = ()
        if entity is None or entity in self._taken:
            entity = self._mint(each.kind)
            events = (NewEvent(stream=entity, event=self._made(each)),)
        self._taken.add(entity)
        self.ids[each.kind, each.record] = entity
        return entity, events

    def _found(self, each: Entity) -> str | None:
        found = {
            entity
            for other in each.same_as
            if (entity := self._known.identified.get((each.kind, other.scheme, other.identifier)))
        }
        if found:
            return found.pop() if len(found) == 1 else None
        if each.kind == "organization":
            return self._known.organizations.get(organization_fingerprint(each.name))
        if each.kind == "post" and self._alike[each.organization, post_key(each.name)] == 1:
            return self._known.posts.get((self._organization(each), post_key(each.name)))
        return None

    def _made(self, each: Entity) -> PersonCreated | OrganizationCreated | PostOpened:
        if each.kind == "person":
            return PersonCreated(name=each.name)
        if each.kind == "organization":
            return OrganizationCreated(name=each.name)
        guess = seats_of(each.name)
        return PostOpened(
            label=each.name,
            organization=self._organization(each),
            seats=guess.seats if each.seats is None else each.seats,
            seats_basis="table" if each.seats is None else "import",
            fresh_for=guess.fresh_for,
        )

    def _renamed(self, each: Entity, entity: str) -> tuple[NewEvent, ...]:
        before = self._history.records.get((each.kind, each.record))
        if each.kind != "person" or before is None or before.name == each.name:
            return ()
        return (NewEvent(stream=entity, event=PersonNamed(name=each.name)),)

    def _organization(self, each: Entity) -> str | None:
        return None if each.organization is None else self.ids["organization", each.organization]


class _Move(msgspec.Struct, frozen=True):
    """What happens to one claim."""

    post: str
    id: str
    stated: StatedClaim | None = None  # None: withdrawn, or attested
    verbatim: bytes = b""
    attested: bool = False


def _claims(
    file: SourceFile,
    declared: Import,
    history: SourceHistory,
    verbatims: Verbatims,
    entities: Mapping[tuple[str, str], str],
) -> Iterator[Step]:
    """The steps that state, attest and withdraw; a post's moves stay together as far as an event holds them."""
    moves = sorted(
        _moves(file, declared, history, verbatims, entities), key=lambda move: (move.post, move.id)
    )
    posts = [list(group) for _, group in groupby(moves, key=lambda move: move.post)]
    for several in _batches(posts, _weight, MOST_CLAIMS, count=len):
        for batch in _batches([move for post in several for move in post], _bytes, MOST_CLAIMS):
            yield _stating(batch, declared, history.stream)


def _weight(moves: Sequence[_Move]) -> int:
    return sum(map(_bytes, moves))


def _bytes(move: _Move) -> int:
    return len(move.verbatim)


def _stating(batch: Sequence[_Move], declared: Import, stream: str) -> Step:
    told = [move for move in batch if move.stated is not None]
    content, spans = _content(move.verbatim for move in told)
    event = ClaimsStated(
        as_of=declared.as_of.isoformat(),
        publisher=declared.publisher,
        claims=tuple(
            msgspec.structs.replace(move.stated, verbatim=span)
            for move, span in zip(told, spans, strict=True)
            if move.stated is not None
        ),
        withdrawn=tuple(move.id for move in batch if move.stated is None and not move.attested),
        attested=tuple(move.id for move in batch if move.attested),
        content=content.ref if content else None,
    )
    return Step((NewEvent(stream=stream, event=event),), (content,) if content else (), len(told))


def _moves(
    file: SourceFile,
    declared: Import,
    history: SourceHistory,
    verbatims: Verbatims,
    entities: Mapping[tuple[str, str], str],
) -> Iterator[_Move]:
    named = {(each.kind, each.record): each for each in file.entities}
    as_of, made = declared.as_of.isoformat(), set()
    for tenure in file.tenures:
        stated = _stated(tenure, declared, history.stream, named, entities)
        claim = stated.claim
        made.add(claim.id)
        before = history.claims.get(claim.id)
        same = before is not None and msgspec.structs.replace(before, verbatim=None) == stated
        if not same or tenure.verbatim != verbatims.get(("claim", claim.id), b""):
            yield _Move(stated.post, claim.id, stated, tenure.verbatim)
        elif claim.kind == "holds" and claim.end is None and history.said[claim.id] < as_of:
            yield _Move(stated.post, claim.id, attested=True)
    for id_, before in history.claims.items():
        if id_ not in made:
            yield _Move(before.post, id_)


def _stated(
    tenure: Tenure,
    declared: Import,
    source: str,
    named: Mapping[tuple[RecordKind, str], Entity],
    entities: Mapping[tuple[str, str], str],
) -> StatedClaim:
    kind = kind_of(tenure, declared)
    person, post = named["person", tenure.person], named["post", tenure.post]
    organization = None if post.organization is None else named["organization", post.organization]
    taking = kind == "in" and not tenure.on_leave
    claim = Claim(
        id=derived("claim", source, tenure.record, kind),
        kind=kind,
        person=person.name,
        post=post.name,
        organization=None if organization is None else organization.name,
        capacity=tenure.capacity,
        date=tenure.start if taking else None,
        start=None if taking else tenure.start,
        end=tenure.end,
        background=kind == "in" and tenure.start is None,
        rule="import",
        on_leave=tenure.on_leave,
    )
    return StatedClaim(
        claim=claim,
        record=tenure.record,
        person=entities["person", tenure.person],
        post=entities["post", tenure.post],
        organization=None if organization is None else entities["organization", organization.record],
        url=tenure.url,
    )


def _content(records: Iterable[bytes]) -> tuple[NewContent | None, list[Span | None]]:
    """The records one behind the other, and where each stands."""
    body, spans = bytearray(), list[Span | None]()
    for record in records:
        spans.append(Span(start=len(body), end=len(body) + len(record)) if record else None)
        body += record
    return (NewContent(body=bytes(body), media_type="text/plain") if body else None), spans


def _one(_: object) -> int:
    return 1


def _batches(
    items: Iterable[T], weigh: Callable[[T], int], most: int, count: Callable[[T], int] = _one
) -> Iterator[list[T]]:
    """The items in order, in lists of so many at most and of MOST_BYTES at most, but never an empty one."""
    batch: list[T] = []
    size = number = 0
    for item in items:
        if batch and (number + count(item) > most or size + weigh(item) > MOST_BYTES):
            yield batch
            batch, size, number = [], 0, 0
        batch.append(item)
        size += weigh(item)
        number += count(item)
    if batch:
        yield batch
