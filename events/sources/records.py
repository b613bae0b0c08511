"""What a file of a source holds, whatever its format. Pure data."""

from collections.abc import Mapping, Sequence

import msgspec

from events.catalogue import BrokenRecord, Capacity, Identifier, RecordKind
from events.dates import PartialDate


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """A person, post or organization of the file; or another record, that is kept and nothing made of."""

    kind: RecordKind
    record: str  # the source's own id, unique among those of its kind
    name: str
    same_as: tuple[Identifier, ...] = ()
    organization: str | None = None  # of a post: record of its organization
    seats: int | None = None  # of a post, where the source declares them
    verbatim: bytes = b""  # empty: the file only mentions it


class Tenure(msgspec.Struct, frozen=True, kw_only=True):
    """That a person has or had a post, [start, end): one row of the file."""

    record: str  # the source's own id of the row
    person: str  # record of the person
    post: str
    capacity: Capacity = "substantive"
    start: PartialDate | None = None
    end: PartialDate | None = None
    on_leave: bool = False  # the row says only that the person was away in that time
    url: str | None = None  # where the source has it from
    verbatim: bytes = b""


class SourceFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file as read. A broken row counts as absent: what its record said before is no longer said."""

    format: str
    entities: Sequence[Entity]
    tenures: Sequence[Tenure]
    broken: Sequence[BrokenRecord] = ()


class UnreadableFile(ValueError):
    """The file as a whole is not of the format; the message says why."""


def reversed_span(start: PartialDate | None, end: PartialDate | None) -> str | None:
    """Why a span cannot be: it ends on or before the day it starts; None where it can."""
    if start is None or end is None or start.earliest is None or end.latest is None:
        return None
    if end.latest > start.earliest:
        return None
    return f"it ends ({end}) on or before the day on which it starts ({start})"


# (kind or `claim`, record): the digest of the record as it was last read; None: its words were redacted since
Verbatims = Mapping[tuple[str, str], bytes | None]
