"""The one order in which memberships are listed, and comparisons of days that may be open."""

from collections.abc import Iterable
from datetime import date, timedelta

from events.dates import PartialDate
from projections.model import Membership


def in_order(memberships: Iterable[Membership]) -> tuple[Membership, ...]:
    """The memberships by the day they are first known to stand, then by person; total, so that it is canonical."""
    return tuple(sorted(memberships, key=_key))


def shifted(day: date, days: int) -> date:
    """The day so many days later, kept within the calendar."""
    return date.fromordinal(min(max(day.toordinal() + days, date.min.toordinal()), date.max.toordinal()))


def gap(one: PartialDate, other: PartialDate) -> timedelta:
    """How far apart two partial dates are at the least; zero where they may be the same day."""
    first, second = sorted((one, other), key=lambda each: each.earliest or date.min)
    return max((second.earliest or date.min) - (first.latest or date.max), timedelta(0))


def _key(membership: Membership) -> tuple[date, str, str, str, str, str, tuple[str, ...]]:
    start, end = membership.start, membership.end
    days = (
        start.date.earliest if start else None,
        start.date.latest if start else None,
        membership.first_attested,
        end.date.latest if end else None,
        end.date.earliest if end else None,
    )
    first = next((day for day in days if day is not None), date.min)
    return (
        first,
        membership.person,
        membership.capacity,
        membership.incoming or "",
        str(start and start.date),
        str(end and end.date),
        membership.claims,
    )
