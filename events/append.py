"""From an Append to the parameters of the query `append`, and from its rows to answers. Pure, but for drawing salts."""

import os
import re
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import msgspec

from events.catalogue import SCHEMA_VERSIONS, encode, type_of
from events.envelope import (
    MAX_CONTENT,
    MAX_EVENTS,
    MAX_PAYLOAD,
    Append,
    Appended,
    Conflict,
    KeyReused,
    LogError,
    NewContent,
    Refused,
)

_SALT = 16  # bytes

# A NUL in JSON text: \u0000 after an even number of backslashes.
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class Ready(msgspec.Struct, frozen=True):
    """An Append that was checked and encoded: nothing about it can make a group fail."""

    append: Append
    salted: tuple[bytes, ...]  # for each event 16 bytes of salt, then its payload
    size: int  # bytes of payloads and contents


def prepare(append: Append) -> Ready:
    """Encodes the events. Raises Refused for what the log can never hold."""
    count = len(append.events)
    if not count:
        raise Refused("an append needs at least one event")
    if count > MAX_EVENTS:
        raise Refused(f"an append takes at most {MAX_EVENTS} events, not {count}: split it")
    for text in (append.actor, append.key or "", *append.expected, *(new.stream for new in append.events)):
        _check_text(text)
    for content in append.contents:
        _check_content(content)
    salts = os.urandom(_SALT * count)
    salted = tuple(
        salts[_SALT * number : _SALT * (number + 1)] + _payload(new.event)
        for number, new in enumerate(append.events)
    )
    size = sum(map(len, salted)) + sum(len(content.body) for content in append.contents)
    return Ready(append, salted, size)


def arguments(group: Sequence[Ready], *, retried: bool) -> tuple[Any, ...]:
    """The parameters of the query `append` for a group of appends."""
    appends = [ready.append for ready in group]
    events = [new for append in appends for new in append.events]
    types = [type_of(new.event) for new in events]
    numbers: dict[str, int] = {}  # of streams, from 1
    expectations = _expectations(appends, numbers)
    streams = [_number(numbers, new.stream) for new in events]
    return (
        [append.actor for append in appends],
        list(accumulate(len(append.events) for append in appends)),
        list(numbers),
        streams,
        [new.id for new in events],
        types,
        [SCHEMA_VERSIONS[type_] for type_ in types],
        [salted for ready in group for salted in ready.salted],
        retried,
        _if_any([append.cause for append in appends]),
        _if_any([append.correlation for append in appends]),
        *_keys(appends),
        *expectations,
        *_contents(appends),
    )


def answer(ready: Ready, row: Any) -> Appended | LogError:
    """What a row of log_append says of an append: its place, or the error to raise."""
    match row["status"]:
        case "appended" | "replayed":
            return Appended(row["first_position"], row["last_position"], row["status"] == "replayed")
        case "key_reused":
            assert ready.append.key is not None
            return KeyReused(ready.append.key)
        case "conflict":
            stream = row["stream"]
            return Conflict(stream, ready.append.expected[stream], row["actual"])
        case other:
            raise AssertionError(f"log_append gave the unknown status {other!r}")


def _payload(event: Any) -> bytes:
    try:
        payload = encode(event)
    except UnicodeEncodeError as error:
        raise Refused(f"{type_of(event)} holds a lone surrogate, which UTF-8 cannot carry: {error}") from None
    if len(payload) > MAX_PAYLOAD:
        raise Refused(
            f"{type_of(event)} takes {len(payload)} bytes, more than {MAX_PAYLOAD}: keep long text as content"
        )
    if b"\\u0000" in payload and _NUL.search(payload):
        raise Refused(f"{type_of(event)} holds a NUL character, which Postgres text cannot carry: remove it")
    return payload


def _number(numbers: dict[str, int], stream: str) -> int:
    return numbers.setdefault(stream, len(numbers) + 1)


# What no append of a group uses is None, which costs nothing to send.


def _if_any(values: list[Any]) -> list[Any] | None:
    return None if all(value is None for value in values) else values


def _keys(appends: Sequence[Append]) -> tuple[list[Any] | None, ...]:
    if all(append.key is None for append in appends):
        return (None,) * 2
    return [append.key for append in appends], [append.fingerprint for append in appends]


def _expectations(appends: Sequence[Append], numbers: dict[str, int]) -> tuple[list[Any] | None, ...]:
    expected = [item for append in appends for item in append.expected.items()]
    if not expected:
        return (None,) * 3
    return (
        list(accumulate(len(append.expected) for append in appends)),
        [_number(numbers, stream) for stream, _ in expected],
        [version for _, version in expected],
    )


def _contents(appends: Sequence[Append]) -> tuple[list[Any] | None, ...]:
    contents = [content for append in appends for content in append.contents]
    if not contents:
        return (None,) * 5
    return (
        list(accumulate(len(append.contents) for append in appends)),
        [content.hash for content in contents],
        [content.salt for content in contents],
        [content.media_type for content in contents],
        [content.body for content in contents],
    )


def _check_text(text: str) -> None:
    if "\0" in text:
        raise Refused(f"{text[:60]!r} holds a NUL character, which Postgres text cannot carry: remove it")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Refused(f"{text[:60]!r} holds a lone surrogate, which UTF-8 cannot carry: remove it") from None


def _check_content(content: NewContent) -> None:
    if len(content.body) > MAX_CONTENT:
        raise Refused(f"a content takes at most {MAX_CONTENT} bytes, not {len(content.body)}")
