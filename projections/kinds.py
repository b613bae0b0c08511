"""The table that names a Change: a pure function of its cause and of what stood before. Told in docs/changes.md."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Literal

import msgspec

from events.catalogue import ReviewState
from events.dates import PartialDate
from projections.fold.evidence import SAME_TURN
from projections.fold.occupancy import DayView
from projections.fold.rules import FIRST, VERSIONS, Rules
from projections.model import ChangeKind, Endpoint, Membership, PostSettings, Value


class UnknownCause(ValueError):
    """Events of this type do not alter the view of a post."""


class Cause(Value, frozen=True, kw_only=True):
    """What of an event decides the kind of its change."""

    event: str  # its type
    decided_by: Literal["machine", "editor"] = "machine"
    states: frozenset[ReviewState] = frozenset()  # those that it gives to claims of this post
    told_on: date | None = None  # publication day of the article that brought it; None: as good as today


class PostView(Value, frozen=True, kw_only=True):
    """A post as it stands after some event: its memberships, its settings, the last day turned, the fold in force."""

    memberships: tuple[Membership, ...]
    settings: PostSettings
    today: date
    rules: Rules = VERSIONS[FIRST]

    def on(self, day: date) -> DayView:
        """Who holds the post on that day."""
        return self.rules.on_day(self.memberships, self.settings, day)


class Turn(msgspec.Struct, frozen=True):
    """One thing that a change says, the day it takes effect, and the membership that it is about."""

    kind: ChangeKind
    effective: PartialDate | None = None
    about: Membership | None = None


# Where one event does several things to a post, the first of these names the change.
PRECEDENCE: tuple[ChangeKind, ...] = (
    "took_office", "appointed", "acting", "vacated", "left_office", "elected", "nominated",
    "disputed", "corrected", "backfilled", "standing",
)  # fmt: skip
UNDOING: frozenset[ReviewState] = frozenset({"withdrawn", "rejected", "superseded", "proposed"})
TOLD = ("said", "announced", "paired")


def turns(
    cause: Cause, lost: Sequence[Membership], gained: Sequence[Membership], before: PostView, after: PostView
) -> list[Turn]:
    """What the event did, the most telling first; never empty.

    `lost` and `gained` are the memberships concerned, as they stood before and as they stand after. Raises
    UnknownCause.
    """
    if cause.event == "clock.day_turned":
        found = list(_of_the_day(gained, before.today, after))
    elif (kind := _own_work(cause, lost, gained)) is not None:
        found = [Turn(kind, _first_moved(lost, gained))]
    else:
        found = list(_of_the_world(cause.told_on or after.today, lost, gained, before, after))
    return sorted(found, key=_precedence) or [Turn("standing")]


def days_asked(cause: Cause, gained: Iterable[Membership], today: date) -> set[date]:
    """The days whose views may name the change: today, and those of ends that are news."""
    told_on = cause.told_on or today
    ends = (each.end for each in gained if each.end is not None and _is_news(each.end, told_on))
    return {today, *(end.date.latest or end.date.earliest or today for end in ends)}


def _precedence(turn: Turn) -> tuple[int, date]:
    rank = PRECEDENCE.index(turn.kind) if turn.kind in PRECEDENCE else -1
    return rank, _side(turn.effective)


def _side(day: PartialDate | None) -> date:
    return date.max if day is None else day.earliest or day.latest or date.max


def _own_work(cause: Cause, lost: Sequence[Membership], gained: Sequence[Membership]) -> ChangeKind | None:
    """The kind where we corrected ourselves; None where the event tells news of the world."""
    undone = bool(_claims(lost) - _claims(gained))
    room = cause.event.partition(".")[0]
    if cause.event == "post.vacancy_declared":
        return None
    if cause.event in ("claims.decided", "post.settled"):
        if not undone or not cause.states & UNDOING:
            return None
        return "retracted" if "withdrawn" in cause.states else "corrected"
    if cause.event == "claims.stated":  # a source that only takes back; else what is new in it is news
        return "retracted" if undone and not gained else None
    if cause.event == "claims.resolved":
        return "resolved" if undone or cause.decided_by == "editor" else None
    if room == "article":
        return "retracted" if undone else None
    kinds: dict[str, ChangeKind] = {
        "post": "corrected", "person": "resolved", "organization": "resolved", "fold": "recomputed",
    }  # fmt: skip
    if room not in kinds:
        raise UnknownCause(f"{cause.event} does not alter the view of a post")
    return kinds[room]


def _claims(memberships: Iterable[Membership]) -> set[str]:
    return {claim for each in memberships for claim in each.claims}


def _of_the_day(gained: Iterable[Membership], yesterday: date, after: PostView) -> Iterator[Turn]:
    """A day has turned: whose day of taking or leaving office has come."""
    today = after.today
    for each in gained:
        if each.incoming is None:
            if each.start and each.start.date.latest and yesterday < each.start.date.latest <= today:
                yield Turn("took_office", each.start.date, each)
            if each.end and each.end.date.latest and yesterday < each.end.date.latest <= today:
                vacant = after.on(today).occupancy == "vacant"
                yield Turn("vacated" if vacant else "left_office", each.end.date, each)
    yield Turn("standing", PartialDate.on(today))


def _of_the_world(
    told_on: date, lost: Sequence[Membership], gained: Sequence[Membership], before: PostView, after: PostView
) -> Iterator[Turn]:
    """New claims: what has happened, as far as it is news on the day it was told."""
    for vacancy in sorted(set(after.settings.vacancies) - set(before.settings.vacancies)):
        yield Turn("vacated", PartialDate.on(vacancy))
    left = list(lost)
    elected = {each.person for each in before.memberships if each.incoming == "elected"}
    for each in gained:
        known = _same(each, left)
        if known is not None:
            left.remove(known)
        if each.incoming is not None:
            yield from _coming(known, each)
            continue
        yield from _started(known, each, told_on, each.person in elected)
        yield from _ended(known, each, told_on, after)
        if each.standing == "disputed" and (known is None or known.standing != "disputed"):
            yield Turn("disputed", None, each)
        if known is not None and known.start == each.start and known.end == each.end:
            yield Turn("standing", None, each)
    for each in left:
        yield Turn("corrected", _when(each), each)


def _same(membership: Membership, others: Iterable[Membership]) -> Membership | None:
    """What the membership was before: the one of the same person and capacity that rests on most of its claims."""
    claims = set(membership.claims)
    scored = [
        (len(claims & set(other.claims)), other)
        for other in others
        if (other.person, other.capacity, other.incoming is None)
        == (membership.person, membership.capacity, membership.incoming is None)
    ]
    shared, best = max(scored, key=lambda pair: pair[0], default=(0, None))
    return best if shared else None


def _coming(known: Membership | None, each: Membership) -> Iterator[Turn]:
    if known is None or known.incoming != each.incoming:
        kind: ChangeKind = "elected" if each.incoming == "elected" else "nominated"
        announced = PartialDate.on(each.announced) if each.announced else None
        yield Turn(kind, each.start.date if each.start else announced, each)
    else:
        yield Turn("standing", None, each)


def _started(known: Membership | None, each: Membership, told_on: date, was_elected: bool) -> Iterator[Turn]:
    start = each.start
    if known is not None and known.start == start:
        return
    if known is not None and (moved := _moved(known.start, start)) is not None:
        yield Turn(moved, start.date if start else None, each)
    elif _is_news(start, told_on):
        assert start is not None
        if each.capacity == "acting":
            yield Turn("acting", start.date, each)
        else:
            yield Turn("took_office" if was_elected else "appointed", start.date, each)
    elif known is not None or each.end is None:
        yield Turn("backfilled", _when(each), each)


def _ended(known: Membership | None, each: Membership, told_on: date, after: PostView) -> Iterator[Turn]:
    end = each.end
    if known is not None and known.end == end:
        return
    if known is not None and (moved := _moved(known.end, end)) is not None:
        yield Turn(moved, end.date if end else None, each)
    elif end is None:
        return
    elif _is_news(end, told_on):
        last = end.date.latest or end.date.earliest
        assert last is not None
        vacant = after.on(last).occupancy == "vacant"
        yield Turn("vacated" if vacant else "left_office", end.date, each)
    else:
        yield Turn("backfilled", end.date, each)


def _moved(known: Endpoint | None, turn: Endpoint | None) -> ChangeKind | None:
    """What it is that a known day is told otherwise; None where there was none but by mention, so that it is new."""
    if turn is not None and (known is None or known.basis == "attested"):
        return None
    return "standing" if turn is not None and known is not None and turn.date == known.date else "corrected"


def _is_news(turn: Endpoint | None, told_on: date) -> bool:
    """Whether it was told, and happened lately or is still to happen on the day it was told."""
    if turn is None or turn.basis not in TOLD:
        return False
    day = turn.date.latest or turn.date.earliest
    return day is not None and told_on - day <= SAME_TURN


def _when(membership: Membership) -> PartialDate | None:
    """The day of a membership that says most of when it was."""
    turn = membership.start or membership.end
    if turn is not None:
        return turn.date
    first = membership.first_attested
    return PartialDate.no_later_than(first) if first is not None else None


def _first_moved(lost: Sequence[Membership], gained: Sequence[Membership]) -> PartialDate | None:
    """The earliest day at which what we said before and what we say now part."""
    left, days = list(lost), []
    for each in gained:
        known = _same(each, left)
        if known is None:
            days.append(_when(each))
            continue
        left.remove(known)
        if known.start != each.start:
            days.extend(turn.date for turn in (known.start, each.start) if turn is not None)
        if known.end != each.end:
            days.extend(turn.date for turn in (known.end, each.end) if turn is not None)
    days.extend(_when(each) for each in left)
    return min((day for day in days if day is not None), key=_side, default=None)
