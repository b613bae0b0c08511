"""What a source has said so far: a fold of its stream. Pure.

Of each record and claim only a digest is kept, so that a list of millions of rows is compared in bounded memory.
"""

from collections.abc import Iterable
from hashlib import blake2b
from typing import NamedTuple

import msgspec

from events.catalogue import (
    ClaimsStated,
    ContentRef,
    EntitiesRecorded,
    EntityRecord,
    ImportCompleted,
    ImportReceived,
    RecordKind,
    Span,
    StatedClaim,
    encoder,
)
from events.envelope import Recorded


class Place(NamedTuple):
    """Where a record stands verbatim."""

    content: ContentRef
    span: Span


class SaidRecord(NamedTuple):
    """What the source last said of an entity."""

    name: str
    digest: bytes


class SaidClaim(NamedTuple):
    """What the source last claimed."""

    post: str
    digest: bytes
    said: str  # the last day for which it was said, YYYY-MM-DD


def digest_of(said: EntityRecord | StatedClaim) -> bytes:
    """The same for two records or claims that say the same, wherever they stand verbatim."""
    return digest_of_words(encoder.encode(msgspec.structs.replace(said, verbatim=None)))


def digest_of_words(words: bytes) -> bytes:
    return blake2b(words, digest_size=16).digest()


class SourceHistory:
    """The records and claims that a source stands by, as its stream tells them."""

    def __init__(self, stream: str, events: Iterable[Recorded] = ()) -> None:
        self.stream = stream
        self.version = 0  # of the stream, for the next append to expect
        self.received: ImportReceived | None = None  # the last
        self.complete = True  # whether the last import came to its end
        self.entities: dict[tuple[str, str], str] = {}  # (kind, record): entity, once and for all
        self.records: dict[tuple[RecordKind, str], SaidRecord] = {}  # those that the source still has
        self.claims: dict[str, SaidClaim] = {}  # by id, those that stand
        self.places: dict[tuple[str, str], Place] = {}  # (kind, record) or ("claim", id)
        for recorded in events:
            self.add(recorded)

    def add(self, recorded: Recorded) -> None:
        """Takes in the next event of the stream."""
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
                    self.records[each.kind, each.record] = SaidRecord(each.name, digest_of(each))
                    if each.entity is not None:
                        self.entities[each.kind, each.record] = each.entity
                    self._place((each.kind, each.record), event.content, each.verbatim)
            case ClaimsStated() as stated:
                for claim in stated.withdrawn:
                    self.claims.pop(claim, None)
                for claim in stated.attested:
                    if (before := self.claims.get(claim)) is not None:
                        self.claims[claim] = before._replace(said=stated.as_of)
                for told in stated.claims:
                    self.claims[told.claim.id] = SaidClaim(told.post, digest_of(told), stated.as_of)
                    self._place(("claim", told.claim.id), stated.content, told.verbatim)
            case _:
                pass

    def _place(self, key: tuple[str, str], content: ContentRef | None, span: Span | None) -> None:
        if content is not None and span is not None:
            self.places[key] = Place(content, span)
        else:
            self.places.pop(key, None)
