"""When holders are away: a dated flag beside a membership, which moves none of its ends. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date

from msgspec.structs import replace

from projections.model import FoldClaim, Leave, Membership


def with_leave(memberships: Iterable[Membership], claims: Sequence[FoldClaim]) -> list[Membership]:
    """The memberships, each with the leave of its person that lies within it, and the claims that tell of that."""
    away = [claim for claim in claims if claim.on_leave]
    return [_flagged(each, away) if away else each for each in memberships]


def is_on_leave(membership: Membership, day: date) -> bool:
    """Whether the holder is away on the day, by everything that is known."""
    return any(
        (leave.start is None or (leave.start.latest is not None and leave.start.latest <= day))
        and (leave.end is None or (leave.end.earliest is not None and day < leave.end.earliest))
        for leave in membership.on_leave
    )


def _flagged(membership: Membership, away: Iterable[FoldClaim]) -> Membership:
    own = [
        claim
        for claim in away
        if claim.person == membership.person
        and claim.capacity == membership.capacity
        and _overlaps(membership, claim)
    ]
    if not own:
        return membership
    leaves = {Leave(start=claim.start, end=claim.end) for claim in own}
    return replace(
        membership,
        claims=tuple(sorted({*membership.claims, *(claim.id for claim in own)})),
        on_leave=tuple(sorted(leaves, key=lambda leave: (str(leave.start or ""), str(leave.end or "")))),
    )


def _overlaps(membership: Membership, claim: FoldClaim) -> bool:
    begun = membership.start.date.earliest if membership.start else None
    over = membership.end.date.latest if membership.end else None
    first = claim.start.earliest if claim.start else None
    last = claim.end.latest if claim.end else None
    return (begun is None or last is None or begun < last) and (over is None or first is None or first < over)
