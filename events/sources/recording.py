"""Which entities the records of a file are, and the steps that bring new ones into being. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from events.catalogue import (
    EntitiesRecorded,
    EntityRecord,
    OrganizationCreated,
    PersonCreated,
    PersonNamed,
    PostOpened,
    RecordGone,
    RecordKind,
    Span,
)
from events.envelope import NewEvent
from events.naming.organizations import organization_fingerprint
from events.naming.posts import post_key
from events.naming.seats import seats_of
from events.sources.history import SourceHistory, digest_of
from events.sources.records import Entity, Verbatims
from events.sources.steps import MOST_RECORDS, Step, batches, content_of, same_words

_ORDER: Mapping[RecordKind, int] = {"other": 0, "organization": 1, "person": 2, "post": 3}

Mint = Callable[[Literal["person", "post", "organization"]], str]


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What is known already, from other sources and articles. Whatever is left open by it is left out of it."""

    identified: Mapping[tuple[str, str, str], str] = {}  # (kind, scheme, identifier): entity
    organizations: Mapping[str, str] = {}  # fingerprint: organization
    posts: Mapping[tuple[str | None, str], str] = {}  # (organization, post_key): post


class New(msgspec.Struct, frozen=True):
    """A record that is new or says something else, and the events that its entity takes."""

    entity: Entity
    id: str | None
    events: tuple[NewEvent, ...]

    def record(self, verbatim: Span | None) -> EntityRecord:
        each = self.entity
        return EntityRecord(
            kind=each.kind, record=each.record, entity=self.id, name=each.name, same_as=each.same_as,
            verbatim=verbatim,
        )  # fmt: skip


def recording(new: Sequence[New], gone: Sequence[RecordGone], stream: str) -> Iterator[Step]:
    """The steps that bring new entities into being, and that tell which records are gone."""
    for batch in batches(new, lambda each: len(each.entity.verbatim), MOST_RECORDS):
        content, spans = content_of(each.entity.verbatim for each in batch)
        records = tuple(each.record(span) for each, span in zip(batch, spans, strict=True))
        event = EntitiesRecorded(records=records, content=content.ref if content else None)
        made = [event for each in batch for event in each.events]
        contents = (content,) if content else ()
        yield Step((*made, NewEvent(stream=stream, event=event)), contents, len(batch))
    for start in range(0, len(gone), MOST_RECORDS):
        event = EntitiesRecorded(gone=tuple(gone[start : start + MOST_RECORDS]))
        yield Step((NewEvent(stream=stream, event=event),), (), len(event.gone))


class Entities:
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

    def new(self, entities: Iterable[Entity], verbatims: Verbatims) -> list[New]:
        """The records that are new or say something else than they did."""
        found = []
        for each in sorted(entities, key=lambda each: _ORDER[each.kind]):
            id_, events = self._entity(each)
            new = New(each, id_, events)
            before = self._history.records.get((each.kind, each.record))
            said = before is not None and before.digest == digest_of(new.record(None))
            if not said or events or not same_words(verbatims, (each.kind, each.record), each.verbatim):
                found.append(new)
        return found

    def _entity(self, each: Entity) -> tuple[str | None, tuple[NewEvent, ...]]:
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
