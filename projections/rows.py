"""Memberships as rows: between the tables and the words of the read side."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import asyncpg
import msgspec

from events.catalogue import from_builtin, to_builtin
from events.dates import PartialDate
from projections.model import Endpoint, Leave, Membership

_encoder = msgspec.json.Encoder(enc_hook=to_builtin)
_leaves = msgspec.json.Decoder(tuple[Leave, ...], dec_hook=from_builtin)

NOW = 2**63 - 2  # as a position to be asked about: what is believed now, whatever the watermark


class Stored(msgspec.Struct, frozen=True):
    """A membership as stored: its key, its newest row, and the claims behind it with the days they attest."""

    id: int
    membership: Membership  # as a reader sees it: row and links together
    row_attested: tuple[date | None, date | None]  # what the row alone says
    row_from: int
    links: Mapping[str, tuple[int, date | None]]  # claim: since which position, attested


def stored(row: asyncpg.Record) -> Stored:
    """The membership of a row of the queries in memberships.sql."""
    links = _links(row)
    row_attested = (row["first_attested"], row["last_attested"])
    attested = widened(row_attested, row["from_position"], links.values())
    return Stored(row["id"], _membership(row, attested, links), row_attested, row["from_position"], links)


def stored_now(row: asyncpg.Record, *, partly: bool = False) -> Stored:
    """The membership of a row of the queries in folding.sql; `partly`: with some of the claims behind it only."""
    links = _links(row)
    row_attested = (row["first_attested"], row["last_attested"])
    seen = (row["seen_from"] or row_attested[0], row["seen_to"] or row_attested[1])
    membership = _membership(row, seen, links)
    return Stored(row["id"], membership, seen if partly else row_attested, row["from_position"], links)


def _links(row: asyncpg.Record) -> dict[str, tuple[int, date | None]]:
    known = zip(row["since"] or (), row["attested"] or (), strict=True)
    return dict(zip(row["claims"] or (), known, strict=True))


def _membership(
    row: asyncpg.Record, attested: tuple[date | None, date | None], links: Iterable[str]
) -> Membership:
    return Membership(
        post=row["post"],
        person=row["person"],
        capacity=row["capacity"],
        start=_endpoint(row["start_earliest"], row["start_latest"], row["start_basis"]),
        end=_endpoint(row["end_earliest"], row["end_latest"], row["end_basis"]),
        reason=row["reason"],
        standing=row["standing"],
        checked_by=row["checked_by"],
        first_attested=attested[0],
        last_attested=attested[1],
        incoming=row["incoming"],
        announced=row["announced"],
        on_leave=_leaves.decode(row["on_leave"]) if row["on_leave"] else (),
        claims=tuple(sorted(links)),
    )


def widened(
    row_attested: tuple[date | None, date | None], row_from: int, links: Iterable[tuple[int, date | None]]
) -> tuple[date | None, date | None]:
    """First and last day attested: what the row says, widened by the links that are younger than the row."""
    days = [day for since, day in links if since > row_from and day is not None]
    days.extend(day for day in row_attested if day is not None)
    return (min(days), max(days)) if days else (None, None)


def _endpoint(earliest: date | None, latest: date | None, basis: Any) -> Endpoint | None:
    return None if basis is None else Endpoint(date=PartialDate(earliest, latest), basis=basis)


def columns(membership: Membership) -> tuple[Any, ...]:
    """The values of a row, from `post` on, in the order of the statement `insert_membership`."""
    start, end = membership.start, membership.end
    return (
        membership.post,
        membership.person,
        membership.capacity,
        *((start.date.earliest, start.date.latest, start.basis) if start else (None, None, None)),
        *((end.date.earliest, end.date.latest, end.basis) if end else (None, None, None)),
        membership.reason,
        membership.standing,
        membership.checked_by,
        membership.first_attested,
        membership.last_attested,
        membership.incoming,
        membership.announced,
        _encoder.encode(membership.on_leave).decode() if membership.on_leave else None,
    )
