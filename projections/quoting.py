"""Claims with their words, and post summaries, from rows."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import asyncpg

from events.catalogue import ClaimKind
from events.queries import queries
from projections.claims import partial
from projections.connection import Source
from projections.model import PostSummary, QuotedClaim

MOST_CLAIMS = 20  # shown behind one membership; what moved it first, then the newest

_SQL = queries(Path(__file__).parent / "sql" / "holders.sql")
_MOVES: frozenset[ClaimKind] = frozenset({"in", "out", "elected", "nominated"})


async def quoted_claims(source: Source, claims: Sequence[str], at_position: int) -> dict[str, QuotedClaim]:
    """The claims by id, as known at the position, with their quotes, in one round trip."""
    if not claims:
        return {}
    rows = await source.fetch(_SQL["quoted_claims"], claims, at_position)
    return {row["id"]: _quoted(row) for row in rows}


def shown(claims: Iterable[str], quoted: Mapping[str, QuotedClaim]) -> tuple[QuotedClaim, ...]:
    """At most MOST_CLAIMS of the claims: those that began or ended something first, then the newest."""
    found = [quoted[claim] for claim in claims if claim in quoted]
    found.sort(key=lambda claim: claim.id)
    found.sort(key=lambda claim: claim.published or "", reverse=True)
    found.sort(key=lambda claim: claim.kind not in _MOVES)
    return tuple(found[:MOST_CLAIMS])


def post_summary(row: asyncpg.Record) -> PostSummary:
    return PostSummary(
        id=row["id"],
        label=row["label"],
        organization=row["organization"],
        organization_name=row["organization_name"],
        seats=row["seats"],
        seats_basis=row["seats_basis"],
    )


def change_id(position: int | None, ordinal: int | None) -> str | None:
    return None if position is None else f"{position}.{ordinal}"


def latest(*days: date | None) -> date | None:
    return max((day for day in days if day is not None), default=None)


def _quoted(row: asyncpg.Record) -> QuotedClaim:
    same = {name: row[name] for name in _SAME}
    return QuotedClaim(
        **same,
        date=partial(row["date"]),
        start=partial(row["start_date"]),
        end=partial(row["end_date"]),
    )


_SAME = tuple(name for name in QuotedClaim.__struct_fields__ if name not in ("date", "start", "end"))
