"""Vacancies that an editor declares: nobody holds the post from a day on, until somebody takes it.

Pure. Rules: docs/folding.md, "Vacancies".
"""

from collections.abc import Iterable
from datetime import date

from events.dates import PartialDate
from projections.fold.order import shifted
from projections.fold.presence import Presence
from projections.fold.succession import closed
from projections.model import Endpoint, Membership, PostSettings


def vacated(memberships: Iterable[Membership], settings: PostSettings) -> list[Membership]:
    """The holdings, of which each ends with the first vacancy that it began before, unless it ended before that.

    One that somebody still names after that day is disputed, as with any end. Of several holdings of one person it is
    the last one begun by then that the vacancy ends.
    """
    held = list(memberships)
    return [_ended(each, settings.vacancies, _begins_again(each, held)) for each in held]


def is_declared_vacant(holdings: Iterable[Presence], settings: PostSettings, day: date) -> bool:
    """Whether a declared vacancy speaks for the day: since then nobody was seen in the post, and it is fresh."""
    since = max((vacancy for vacancy in settings.vacancies if vacancy <= day), default=None)
    if since is None or day >= shifted(since, settings.fresh_for + 1):
        return False
    return not any((seen := each.last_seen(day)) is not None and seen >= since for each in holdings)


def _ended(membership: Membership, vacancies: Iterable[date], again: date | None) -> Membership:
    """`again`: when the same person begins anew, if that is known."""
    end, begun = membership.end, _begun(membership)
    for vacancy in sorted(vacancies):
        over = end.date.latest if end else None
        if again is not None and again < vacancy:
            break
        if (over is None or over > vacancy) and (begun is None or begun < vacancy):
            return closed(membership, Endpoint(date=PartialDate.on(vacancy), basis="said"))
    return membership


def _begins_again(membership: Membership, held: Iterable[Membership]) -> date | None:
    """The next day on which the same person is known to begin in the same capacity."""
    begun = _begun(membership) or date.min
    return min(
        (
            day
            for each in held
            if each is not membership
            and (each.person, each.capacity) == (membership.person, membership.capacity)
            and (day := _begun(each)) is not None
            and day > begun
        ),
        default=None,
    )


def _begun(membership: Membership) -> date | None:
    start = membership.start
    begun = (start.date.earliest if start else None) or membership.first_attested
    return start.date.latest if begun is None and start is not None else begun
