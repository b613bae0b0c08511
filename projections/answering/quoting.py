"""Claims with their words, and post summaries, from rows."""

from collections.abc import Sequence
from pathlib import Path

import asyncpg

from events.queries import queries
from projections.claims import partial
from projections.connection import Source
from projections.model import PostSummary, QuotedClaim

MOST_CLAIMS = 20  # shown behind one membership: those that began or ended something first, then the newest

_SQL = queries(Path(__file__).parent.parent / "sql" / "holders.sql")


async def quoted_claims(
    source: Source, groups: Sequence[Sequence[str]], at_position: int, most: int = MOST_CLAIMS
) -> list[tuple[QuotedClaim, ...]]:
    """For each group of claim ids at most so many of its claims, as known at the position, with their quotes.

    One round trip, none where there is nothing to ask.
    """
    return await quoted_as_known(source, [(group, at_position) for group in groups], most)


async def quoted_as_known(
    source: Source, groups: Sequence[tuple[Sequence[str], int]], most: int = MOST_CLAIMS
) -> list[tuple[QuotedClaim, ...]]:
    """The same for groups each at a position of its own."""
    asked = [(claim, number, at) for number, (group, at) in enumerate(groups) for claim in group]
    found: list[list[QuotedClaim]] = [[] for _ in groups]
    if asked:
        for row in await source.fetch(_SQL["quoted_claims"], *zip(*asked, strict=True), most):
            found[row["group"]].append(_quoted(row))
    return [tuple(each) for each in found]


def post_summary(row: asyncpg.Record) -> PostSummary:
    return PostSummary(
        id=row["id"],
        label=row["label"],
        organization=row["organization"],
        organization_name=row["organization_name"],
        seats=row["seats"],
        seats_basis=row["seats_basis"],
        fresh_for=row["fresh_for"],
    )


def change_id(position: int | None, ordinal: int | None) -> str | None:
    return None if position is None else f"{position}.{ordinal}"


def _quoted(row: asyncpg.Record) -> QuotedClaim:
    same = {name: row[name] for name in _SAME}
    return QuotedClaim(
        **same,
        date=partial(row["date"]),
        start=partial(row["start_date"]),
        end=partial(row["end_date"]),
    )


_SAME = tuple(name for name in QuotedClaim.__struct_fields__ if name not in ("date", "start", "end"))
