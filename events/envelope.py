"""What goes into the log, what comes out of it, and how it can refuse."""

import hashlib
import os
import uuid
from collections.abc import Mapping
from datetime import datetime

import msgspec

from events.catalogue import AnyEvent, ContentRef, Event
from events.ids import event_id

MAX_PAYLOAD = 1_000_000  # bytes of one event's payload
MAX_CONTENT = 5_000_000  # bytes of one row of the content table
MAX_EVENTS = 1_000  # events of one append

NEW = 0  # expected version of a stream that does not exist yet


class NewEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event to be appended to `stream`. Its id is minted here, so that later events can name it as cause."""

    stream: str
    event: Event
    id: uuid.UUID = msgspec.field(default_factory=event_id)


class NewContent(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes for the content table, under a salt of their own: equal texts do not show as equal."""

    body: bytes
    media_type: str
    salt: bytes = msgspec.field(default_factory=lambda: os.urandom(16))

    @property
    def hash(self) -> bytes:
        """SHA-256 of salt and body (32 bytes)."""
        return hashlib.sha256(self.salt + self.body).digest()

    @property
    def ref(self) -> ContentRef:
        return ContentRef(hash=self.hash.hex(), media_type=self.media_type, length=len(self.body))


class Append(msgspec.Struct, frozen=True, kw_only=True):
    """Events for one or several streams, appended together or not at all.

    `expected` maps a stream to the version it must have (NEW: it must not exist); streams not named there may
    have any. `key` makes the append idempotent for 7 days: a second one with the same key and `fingerprint` gives
    the first one's answer and appends nothing.
    """

    events: tuple[NewEvent, ...]
    actor: str
    expected: Mapping[str, int] = msgspec.field(default_factory=dict)
    contents: tuple[NewContent, ...] = ()
    key: str | None = None
    fingerprint: bytes = b""
    cause: uuid.UUID | None = None  # id of the event that led to these
    correlation: uuid.UUID | None = None  # id of the first event of the whole chain; None: it is this one


class Appended(msgspec.Struct, frozen=True):
    """Where the events of an append stand: positions first to last, without a gap."""

    first: int
    last: int
    replayed: bool = False  # the key had been used before: this is the first answer again


class Recorded(msgspec.Struct, frozen=True):
    """An event as the log holds it, decoded and upcast to the newest schema version."""

    position: int
    stream: str
    version: int  # within the stream: 1, 2, ...
    id: uuid.UUID
    recorded_at: datetime  # UTC
    actor: str
    cause: uuid.UUID | None
    correlation: uuid.UUID
    event: AnyEvent


class LogError(Exception):
    """The log refused something, and said why."""


class Conflict(LogError):
    """A stream does not have the version that the append expected; nothing was appended."""

    def __init__(self, stream: str, expected: int, actual: int) -> None:
        super().__init__(f"stream {stream} is at version {actual}, not {expected}")
        self.stream, self.expected, self.actual = stream, expected, actual


class KeyReused(LogError):
    """The idempotency key was used before with another fingerprint; nothing was appended."""

    def __init__(self, key: str) -> None:
        super().__init__(f"the idempotency key {key!r} was used before for another request")
        self.key = key


class Refused(LogError):
    """The append can never be stored (size, NUL, surrogate, no event); the message says what to change."""


class Undecodable(LogError):
    """An event in the log is of a type or a schema version that this release does not know."""

    def __init__(self, position: int, why: str) -> None:
        super().__init__(f"the event at position {position} cannot be read: {why}")
        self.position = position


class Unconfirmed(LogError):
    """The database was lost and did not come back in time; the append may have been recorded or not."""
