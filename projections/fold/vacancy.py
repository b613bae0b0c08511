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

    One that somebody still names after that day is disputed, as with any end.
    """
    return [_ended(each, settings.vacancies) for each in memberships]


def is_declared_vacant(holdings: Iterable[Presence], settings: PostSettings, day: date) -> bool:
    """Whether a declared vacancy speaks for the day: since then nobody was seen in the post, and it is fresh."""
    since = max((vacancy for vacancy in settings.vacancies if vacancy <= day), default=None)
    if since is None or day >= shifted(since, settings.fresh_for + 1):
        return False
    return not any((seen := each.last_seen(day)) is not None and seen >= since for each in holdings)


def _ended(membership: Membership, vacancies: Iterable[date]) -> Membership:
    start, end = membership.start, membership.end
    begun = (start.date.earliest if start else None) or membership.first_attested
    if begun is None and start is not None:
        begun = start.date.latest
    for vacancy in sorted(vacancies):
        over = end.date.latest if end else None
        if (over is None or over > vacancy) and (begun is None or begun < vacancy):
            return closed(membership, Endpoint(date=PartialDate.on(vacancy), basis="said"))
    return membership
