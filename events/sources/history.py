"""What a source has said so far: a fold of its stream. Pure."""

from collections.abc import Iterable
from typing import NamedTuple

from events.catalogue import (
    ClaimsStated,
    ContentRef,
    EntitiesRecorded,
    EntityRecord,
    ImportCompleted,
    ImportReceived,
    Span,
    StatedClaim,
)
from events.envelope import Recorded


class Place(NamedTuple):
    """Where a record stands verbatim."""

    content: ContentRef
    span: Span


class SourceHistory:
    """The records and claims that a source stands by, as its stream tells them."""

    def __init__(self, stream: str, events: Iterable[Recorded]) -> None:
        self.stream = stream
        self.version = 0  # of the stream, for the next append to expect
        self.received: ImportReceived | None = None  # the last
        self.complete = True  # whether the last import came to its end
        self.entities: dict[tuple[str, str], str] = {}  # (kind, record): entity, once and for all
        self.records: dict[tuple[str, str], EntityRecord] = {}  # those that the source still has
        self.claims: dict[str, StatedClaim] = {}  # by id, those that stand
        self.said: dict[str, str] = {}  # by id of a claim: the last day for which it was said
        self.places: dict[tuple[str, str], Place] = {}  # (kind, record) or ("claim", id)
        for recorded in events:
            self._add(recorded)

    def _add(self, recorded: Recorded) -> None:
        self.version = recorded.version
        match recorded.event:
            case ImportReceived() as received:
                self.received, self.complete = received, False
            case ImportCompleted():
                self.complete = True
            case EntitiesRecorded() as event:
                for gone in event.gone:
                    self.records.pop((gone.kind, gone.record), None)
                for each in event.records:
                    self.records[each.kind, each.record] = each
                    if each.entity is not None:
                        self.entities[each.kind, each.record] = each.entity
                    self._place((each.kind, each.record), event.content, each.verbatim)
            case ClaimsStated() as stated:
                for claim in stated.withdrawn:
                    self.claims.pop(claim, None)
                for claim in stated.attested:
                    self.said[claim] = stated.as_of
                for told in stated.claims:
                    self.claims[told.claim.id] = told
                    self.said[told.claim.id] = stated.as_of
                    self._place(("claim", told.claim.id), stated.content, told.verbatim)
            case _:
                pass

    def _place(self, key: tuple[str, str], content: ContentRef | None, span: Span | None) -> None:
        if content is not None and span is not None:
            self.places[key] = Place(content, span)
        else:
            self.places.pop(key, None)
