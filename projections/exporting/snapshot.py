"""The whole view as known at a position, as plain data: what every export is written from."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from events.catalogue import from_builtin
from events.dates import PartialDate
from events.queries import queries
from projections.fold.predecessor import followed
from projections.model import Leave

_SQL = queries(Path(__file__).parent.parent / "sql" / "exporting.sql")
_WATERMARK = queries(Path(__file__).parent.parent / "sql" / "projector.sql")["watermark"]
_leaves = msgspec.json.Decoder(tuple[Leave, ...], dec_hook=from_builtin)


class NotKnownYet(ValueError):
    """The views have not reached the position that was asked for."""


class Named(msgspec.Struct, frozen=True):
    """A person, an organization or a publisher."""

    id: str
    name: str


class Post(msgspec.Struct, frozen=True):
    id: str
    label: str
    organization: str | None
    seats: int | None
    seats_basis: str
    fresh_for: int


class Claim(msgspec.Struct, frozen=True):
    """A claim behind a membership, and the record of an import that makes it."""

    membership: int
    id: str
    kind: str
    person_name: str
    post_label: str
    publisher: str | None
    article: str | None  # its URI
    record: str | None
    url: str | None
    on_leave: bool
    format: str | None
    said_on: str | None
    verbatim: bytes | None


class Tenure(msgspec.Struct, frozen=True):
    """A membership, [start, end), with its claims: those of the holding first, then those of leave."""

    id: int
    post: str
    person: str
    capacity: str
    start: PartialDate | None
    start_basis: str | None
    end: PartialDate | None
    end_basis: str | None
    reason: str | None
    standing: str
    checked_by: str
    first_attested: date | None
    last_attested: date | None
    on_leave: tuple[Leave, ...]
    claims: Sequence[Claim]


class Record(msgspec.Struct, frozen=True):
    """What a source says of an entity, verbatim; `entity` None: kept, and nothing made of it."""

    source: str
    format: str
    kind: str
    record: str
    entity: str | None
    name: str
    verbatim: bytes | None


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    position: int
    organizations: Sequence[Named]
    persons: Sequence[Named]
    publishers: Sequence[Named]
    posts: Sequence[Post]
    memberships: Sequence[Tenure]
    records: Sequence[Record]
    same_as: Mapping[str, Sequence[tuple[str, str]]]  # entity: (scheme, identifier)


async def snapshot(pool: asyncpg.Pool, at_position: int | None = None) -> Snapshot:
    """Everything as known at a position (None: now), all of one moment. Raises NotKnownYet."""
    async with (
        pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        watermark = await connection.fetchval(_WATERMARK)
        position = watermark if at_position is None else at_position
        if not 0 <= position <= watermark:
            raise NotKnownYet(f"the views show positions up to {watermark}, not {position}")
        rows = {name: await connection.fetch(statement, position) for name, statement in _SQL.items()}
    behind: dict[int, list[Claim]] = {}
    for row in rows["claims"]:
        behind.setdefault(row["membership"], []).append(Claim(**row))
    same_as: dict[str, list[tuple[str, str]]] = {}
    for row in rows["same_as"]:
        same_as.setdefault(row["entity"], []).append((row["scheme"], row["identifier"]))
    return Snapshot(
        position=position,
        organizations=[Named(**row) for row in rows["organizations"]],
        persons=[Named(**row) for row in rows["persons"]],
        publishers=[Named(**row) for row in rows["publishers"]],
        posts=[Post(**row) for row in rows["posts"]],
        memberships=[_tenure(row, behind.get(row["id"], [])) for row in rows["memberships"]],
        records=[Record(**row) for row in rows["records"]],
        same_as=same_as,
    )


def predecessors(memberships: Sequence[Tenure]) -> dict[int, Tenure]:
    """By the id of a membership: the one that it followed, where that is known."""
    by_id = {each.id: each for each in memberships}
    found = followed(
        (each.id, each.post, each.person, each.capacity, each.start, each.end) for each in memberships
    )
    return {after: by_id[before] for after, before in found.items()}


def _tenure(row: Any, claims: Sequence[Claim]) -> Tenure:
    same = {
        name: row[name] for name in ("id", "post", "person", "capacity", "start_basis", "end_basis", "reason")
    }
    return Tenure(
        **same,
        start=_day(row["start_earliest"], row["start_latest"]),
        end=_day(row["end_earliest"], row["end_latest"]),
        standing=row["standing"],
        checked_by=row["checked_by"],
        first_attested=row["first_attested"],
        last_attested=row["last_attested"],
        on_leave=_leaves.decode(row["on_leave"]) if row["on_leave"] else (),
        claims=claims,
    )


def _day(earliest: date | None, latest: date | None) -> PartialDate | None:
    return None if earliest is None and latest is None else PartialDate(earliest, latest)
