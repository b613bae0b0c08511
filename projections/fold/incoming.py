"""Those elected or nominated: to come, never holders by that alone. Rules: docs/folding.md, "Incoming"."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from events.catalogue import Capacity
from events.dates import PartialDate
from projections.fold.evidence import ANNOUNCED_AHEAD
from projections.fold.standing import checked_by, standing
from projections.model import Endpoint, FoldClaim, Membership


def incoming(claims: Iterable[FoldClaim], holdings: Sequence[Membership], post: str) -> Iterator[Membership]:
    """One membership for each person who was elected or nominated, ending where the person takes the post.

    What is only recalled makes nobody incoming, nor does the re-election of one who holds the post. Without a
    publication day nobody knows since when; such claims are left out.
    """
    told: dict[tuple[str, Capacity], list[tuple[date, FoldClaim]]] = defaultdict(list)
    for claim in claims:
        if claim.kind in ("elected", "nominated") and not claim.background and claim.published is not None:
            told[claim.person, claim.capacity].append((claim.published, claim))
    for (person, capacity), each in told.items():
        own = [held for held in holdings if (held.person, held.capacity) == (person, capacity)]
        for group in _apart(sorted(each, key=lambda pair: (pair[0], pair[1].id))):
            if not any(_holds_on(held, group[0][0]) for held in own):
                yield _incoming(group, own, post)


def _apart(told: Sequence[tuple[date, FoldClaim]]) -> Iterator[list[tuple[date, FoldClaim]]]:
    """The claims in groups that speak of one election: those more than a year later speak of the next."""
    group: list[tuple[date, FoldClaim]] = []
    for day, claim in told:
        if group and day - group[-1][0] > ANNOUNCED_AHEAD:
            yield group
            group = []
        group.append((day, claim))
    if group:
        yield group


def _begun(held: Membership) -> date | None:
    """The first day on which the holding is known to stand or may begin."""
    if held.start is not None and held.start.date.earliest is not None:
        return held.start.date.earliest
    days = (held.first_attested, held.start.date.latest if held.start else None)
    return min((day for day in days if day is not None), default=None)


def _holds_on(held: Membership, day: date) -> bool:
    begun = _begun(held)
    over = held.end.date.latest if held.end else None
    return begun is not None and begun <= day and (over is None or over > day)


def _incoming(group: list[tuple[date, FoldClaim]], own: Iterable[Membership], post: str) -> Membership:
    first, last = group[0][0], group[-1][0]
    claims = {claim.id: claim for _, claim in group}
    dated = [claim.date for _, claim in group if claim.date is not None]
    taken = [(day, held) for held in own if (day := _begun(held)) is not None and day > first]
    return Membership(
        post=post,
        person=group[0][1].person,
        capacity=group[0][1].capacity,
        start=Endpoint(date=dated[-1], basis="said") if dated else None,
        end=_taking(*min(taken, key=lambda pair: pair[0])) if taken else None,
        reason=None,
        standing=standing(claims.values()),
        checked_by=checked_by(claims.values()),
        first_attested=first,
        last_attested=last,
        incoming="elected" if any(claim.kind == "elected" for claim in claims.values()) else "nominated",
        claims=tuple(sorted(claims)),
        announced=first,
    )


def _taking(day: date, held: Membership) -> Endpoint:
    """Where being incoming ends: the start of the holding, or the first that is known of it."""
    return held.start or Endpoint(date=PartialDate.no_later_than(day), basis="attested")
