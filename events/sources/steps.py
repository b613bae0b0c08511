"""The appends that an import is made of, and how much one of them holds. Pure."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import msgspec

from events.catalogue import Span
from events.envelope import NewContent, NewEvent
from events.sources.history import digest_of_words
from events.sources.records import Verbatims

MOST_RECORDS = 400  # of one event: an append takes 1,000 events, and an entity may bring one
MOST_CLAIMS = 400  # of one event
MOST_BYTES = 2_000_000  # of verbatim records of one event

T = TypeVar("T")


class Step(msgspec.Struct, frozen=True):
    """One append of an import: all of it or nothing."""

    events: tuple[NewEvent, ...]
    contents: tuple[NewContent, ...]
    records: int  # how many of the plan's records it settles


def same_words(verbatims: Verbatims, key: tuple[str, str], words: bytes) -> bool:
    """Whether a record stands as it did; what was redacted counts as the same again."""
    before = verbatims.get(key, _NO_WORDS)
    return before is None or before == digest_of_words(words)


_NO_WORDS = digest_of_words(b"")


def content_of(records: Iterable[bytes]) -> tuple[NewContent | None, list[Span | None]]:
    """The records one behind the other, and where each stands."""
    body, spans = bytearray(), list[Span | None]()
    for record in records:
        spans.append(Span(start=len(body), end=len(body) + len(record)) if record else None)
        body += record
    return (NewContent(body=bytes(body), media_type="text/plain") if body else None), spans


def _one(_: object) -> int:
    return 1


def batches(
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
