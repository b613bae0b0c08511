"""Who ends whom: the same person's substantive start an acting holding, a successor the holder of the one seat.

Only a seat count that an editor or an import asserts ends anything here. The table's guess never moves a row: on
a day's view it makes the older holder merely possible (projections.fold.occupancy). Rules: docs/folding.md, "Seats".
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from msgspec.structs import replace

from projections.fold.order import in_order, shifted
from projections.model import Endpoint, Membership, PostSettings


def succession(memberships: Iterable[Membership], settings: PostSettings) -> list[Membership]:
    """The memberships, with the ends that follow from other memberships of the same post."""
    held = in_order(memberships)
    single = asserts_one_seat(settings)
    turns = sorted(
        ((day, each) for each in held if (day := turn(each)) is not None), key=lambda pair: pair[0]
    )
    own = defaultdict(list)
    for day, each in turns:
        own[each.person].append((day, each))
    ended = [_ended(each, turns if single else own[each.person]) for each in held]
    return _rivals(ended) if single else ended


def asserts_one_seat(settings: PostSettings) -> bool:
    """Whether an editor or an import says that one person at once holds the post."""
    return settings.seats == 1 and settings.seats_basis != "table"


def turn(membership: Membership) -> date | None:
    """The earliest day of a start that somebody told or announced; None if it was over before it began."""
    start, end = membership.start, membership.end
    if start is None or start.basis == "attested" or start.date.earliest is None:
        return None
    if end is not None and end.date.latest is not None and end.date.latest <= start.date.earliest:
        return None
    return start.date.earliest


def open_since(membership: Membership) -> date | None:
    """The first day on which it stood, behind which a successor ends it; None where it is over, or nothing is dated."""
    if membership.end is not None:
        return None
    begun = membership.start.date.latest if membership.start else None
    return min((day for day in (membership.first_attested, begun) if day is not None), default=None)


def _ended(membership: Membership, turns: Sequence[tuple[date, Membership]]) -> Membership:
    """The membership, ended by the first of the turns (in order of days) that follows it, if it is open."""
    stood = open_since(membership)
    if stood is None:
        return membership
    for _, successor in turns[bisect_right(turns, stood, key=lambda pair: pair[0]) :]:
        if _follows(successor, membership):
            assert successor.start is not None
            return closed(membership, Endpoint(date=successor.start.date, basis="succeeded"))
    return membership


def _follows(successor: Membership, membership: Membership) -> bool:
    """Whether taking the post as the one does ends the holding of the other. Acting for a holder ends nothing."""
    if successor.person == membership.person:
        return successor.capacity == "substantive" and membership.capacity == "acting"
    return successor.capacity == "substantive" or membership.capacity == "acting"


def closed(membership: Membership, end: Endpoint) -> Membership:
    """The membership with that end; disputed where somebody names the holder after it."""
    over, last = end.date.latest, membership.last_attested
    if over is None or last is None or last < over:
        return replace(membership, end=end)
    if last == over:
        first = membership.first_attested
        eve = shifted(over, -1)
        return replace(
            membership, end=end, last_attested=eve, first_attested=min(first, eve) if first else None
        )
    return replace(membership, end=end, standing="disputed")


def _rivals(memberships: list[Membership]) -> list[Membership]:
    """Two persons who take the one seat on the same day contradict each other: both are disputed."""
    takers: dict[date, set[str]] = defaultdict(set)
    for each in memberships:
        if (day := _takes_seat(each)) is not None:
            takers[day].add(each.person)
    return [
        replace(each, standing="disputed")
        if (day := _takes_seat(each)) is not None and len(takers[day]) > 1
        else each
        for each in memberships
    ]


def _takes_seat(membership: Membership) -> date | None:
    """The exact day on which a substantive holding begins by somebody's word."""
    if membership.capacity != "substantive" or membership.start is None or turn(membership) is None:
        return None
    return membership.start.date.exact
