"""Who holds a post on a day, as known at a position: three round trips, or two where nobody does."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import asyncpg
import msgspec

from events.queries import queries
from projections.answering.quoting import change_id, post_summary, quoted_claims
from projections.claims import day_published
from projections.connection import Source
from projections.days import known_days, today
from projections.fold.leave import is_on_leave
from projections.fold.occupancy import DayView
from projections.fold.order import in_order
from projections.fold.predecessor import predecessors
from projections.fold.rules import FIRST, rules_of
from projections.model import Certainty, Holder, HoldersAnswer, Membership, Predecessor, QuotedClaim
from projections.rows import stored
from projections.settings import settings_of

_SQL = queries(Path(__file__).parent.parent / "sql" / "holders.sql")
_MEMBERSHIPS = queries(Path(__file__).parent.parent / "sql" / "memberships.sql")["memberships_of_posts"]


class Known(msgspec.Struct, frozen=True):
    """An answer, the position up to which it shows everything, and where and when its post was last touched."""

    answer: HoldersAnswer
    position: int
    touched: int
    touched_at: datetime  # UTC


async def holders(
    source: Source, posts: Sequence[str], as_of: date | None, at_position: int | None
) -> list[Known]:
    """The answers for a day (None: the last one turned) as known at a position (None: now), by label.

    Posts that were not known then are left out. The first query settles the position for all that follow, so that
    they agree however much is projected in between.
    """
    rows = await source.fetch(_SQL["posts"], list(posts), at_position)
    if not rows:
        return []
    position = rows[0]["watermark"] if at_position is None else at_position
    answers = await _answers(source, rows, as_of, position, at_position)
    return [
        Known(answer, position, row["touched"], row["touched_at"])
        for row, answer in zip(rows, answers, strict=True)
    ]


async def holders_of_posts(
    source: Source, posts: Sequence[str], as_of: date | None, at_position: int | None
) -> list[HoldersAnswer]:
    """The same without where it is from."""
    return [known.answer for known in await holders(source, posts, as_of, at_position)]


async def posts_of_organization(
    source: Source, organization: str, at_position: int | None, after: str, limit: int
) -> tuple[str, list[str]] | None:
    """What an organization is called, and at most `limit` of its posts behind one; None where it was unknown then."""
    rows = await source.fetch(_SQL["posts_of_organization"], organization, at_position, after, limit)
    return (rows[0]["name"], [row["id"] for row in rows if row["id"] is not None]) if rows else None


class _Listed(msgspec.Struct, frozen=True):
    """A post's view of a day, and everyone who is shown in it, in order."""

    view: DayView
    day: date
    shown: Sequence[tuple[Membership, Certainty]]


async def _answers(
    source: Source,
    posts: Sequence[asyncpg.Record],
    as_of: date | None,
    position: int,
    at_position: int | None,
) -> list[HoldersAnswer]:
    rows = await source.fetch(_MEMBERSHIPS, [row["id"] for row in posts], position)
    named = {each["person"]: each["name"] for each in rows}
    memberships: dict[str, list[Membership]] = {}
    for each in rows:
        memberships.setdefault(each["post"], []).append(stored(each).membership)
    listed = [_listed(row, memberships.get(row["id"], ()), as_of) for row in posts]
    before = predecessors(each for some in memberships.values() for each in some)
    quoted = iter(
        await quoted_claims(source, [each.claims for one in listed for each, _ in one.shown], position)
    )
    return [
        _answer(
            row,
            one,
            [_holder(*each, before, named, next(quoted), one.day, row["zone"]) for each in one.shown],
            at_position,
        )
        for row, one in zip(posts, listed, strict=True)
    ]


def _listed(row: asyncpg.Record, memberships: Iterable[Membership], as_of: date | None) -> _Listed:
    day = as_of or today(row["zone"], known_days(row), datetime.now(UTC))
    view = rules_of(row["fold"] or FIRST).on_day(in_order(memberships), settings_of(row), day)
    shown: list[tuple[Membership, Certainty]] = [
        *((each, "certain") for each in view.certain),
        *((each, "possible") for each in view.possible),
        *((each, "incoming") for each in view.incoming),
        *([(view.last_known, "possible")] if view.last_known else ()),
    ]
    return _Listed(view, day, shown)


def _answer(
    row: asyncpg.Record, listed: _Listed, shown: Sequence[Holder], at_position: int | None
) -> HoldersAnswer:
    view = listed.view
    held, coming = len(view.certain) + len(view.possible), len(view.incoming)
    return HoldersAnswer(
        post=post_summary(row),
        as_of=listed.day,
        at_position=at_position,
        occupancy=view.occupancy,
        complete=view.complete,
        holders=tuple(shown[:held]),
        incoming=tuple(shown[held : held + coming]),
        last_known_holder=shown[-1] if view.last_known else None,
        change=change_id(row["change_position"], row["change_ordinal"]),
    )


def _holder(
    membership: Membership,
    certainty: Certainty,
    before: Mapping[Membership, Membership],
    named: Mapping[str, str | None],
    claims: tuple[QuotedClaim, ...],
    day: date,
    zone: str,
) -> Holder:
    return Holder(
        person=membership.person,
        name=named.get(membership.person) or membership.person,
        capacity=membership.capacity,
        certainty=certainty,
        start=membership.start,
        end=membership.end,
        reason=membership.reason,
        standing=membership.standing,
        checked_by=membership.checked_by,
        first_attested=membership.first_attested,
        last_attested=membership.last_attested,
        incoming=membership.incoming,
        claims=claims,
        on_leave=is_on_leave(membership, day),
        succeeds=predecessor(before.get(membership), named),
        outgoing=certainty != "incoming" and _is_outgoing(membership, claims, day, zone),
    )


def _is_outgoing(membership: Membership, claims: Iterable[QuotedClaim], day: date, zone: str) -> bool:
    """Whether the end is still to come on a day by which somebody had told of it."""
    end = membership.end.date if membership.end else None
    if end is None or end.earliest is None or end.earliest <= day:
        return False
    told = (
        day_published(claim.published, zone)
        for claim in claims
        if claim.kind in ("out", "held") or claim.end is not None
    )
    return any(published is not None and published <= day for published in told)


def predecessor(membership: Membership | None, named: Mapping[str, str | None]) -> Predecessor | None:
    """What is told of the one whom another followed."""
    if membership is None:
        return None
    return Predecessor(
        person=membership.person,
        name=named.get(membership.person) or membership.person,
        capacity=membership.capacity,
        start=membership.start,
    )
