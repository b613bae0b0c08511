"""Who holds a post on a day, as known at a position: three round trips for all that is asked together, or two where
nobody does."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

import asyncpg
import msgspec

from events.queries import queries
from projections.answering.quoting import change_id, post_summary, quoted_as_known
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
_MEMBERSHIPS = queries(Path(__file__).parent.parent / "sql" / "memberships.sql")["memberships_as_known"]


class Asked(NamedTuple):
    """Who holds a post on a day (None: the last one turned), as known at a position (None: now)."""

    post: str
    as_of: date | None = None
    at_position: int | None = None


class Known(msgspec.Struct, frozen=True):
    """An answer, the position up to which it shows everything, and where and when its post was last touched."""

    answer: HoldersAnswer
    position: int
    touched: int
    touched_at: datetime  # UTC


async def holders(source: Source, asked: Sequence[Asked]) -> list[Known | None]:
    """The answers, one for each question, in their order; None where no such post was known then.

    The first query settles the positions for all that follow, so that they agree however much is projected in
    between.
    """
    found: list[Known | None] = [None] * len(asked)
    for number, known in await _known(source, asked):
        found[number] = known
    return found


async def holders_of_posts(
    source: Source, posts: Sequence[str], as_of: date | None, at_position: int | None
) -> list[HoldersAnswer]:
    """Of some posts those that were known then, by label."""
    known = await _known(source, [Asked(post, as_of, at_position) for post in posts])
    return [each.answer for _, each in known]


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


async def _known(source: Source, asked: Sequence[Asked]) -> list[tuple[int, Known]]:
    """The number of each question whose post was known then, and its answer, by label."""
    posts = await source.fetch(
        _SQL["posts"], [each.post for each in asked], [each.at_position for each in asked]
    )
    if not posts:
        return []
    rows = await source.fetch(_MEMBERSHIPS, [row["id"] for row in posts], [row["position"] for row in posts])
    named = {each["person"]: each["name"] for each in rows}
    memberships: list[list[Membership]] = [[] for _ in posts]
    for each in rows:
        memberships[each["number"] - 1].append(stored(each).membership)
    questions = [asked[row["number"] - 1] for row in posts]
    listed = [
        _listed(row, some, question.as_of)
        for row, some, question in zip(posts, memberships, questions, strict=True)
    ]
    groups = [
        (each.claims, row["position"])
        for row, one in zip(posts, listed, strict=True)
        for each, _ in one.shown
    ]
    quoted = iter(await quoted_as_known(source, groups))
    known: list[tuple[int, Known]] = []
    for row, one, some, question in zip(posts, listed, memberships, questions, strict=True):
        before = predecessors(some)
        shown = [_holder(*each, before, named, next(quoted), one.day, row["zone"]) for each in one.shown]
        answer = _answer(row, one, shown, question.at_position)
        known.append((row["number"] - 1, Known(answer, row["position"], row["touched"], row["touched_at"])))
    return known


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
