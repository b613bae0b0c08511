"""The pure fold: the accepted claims of one post become its memberships.

What the rules are and why is told in docs/folding.md. The fold knows no clock: what is true *on a day* is asked of
`projections.fold.occupancy`.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby

import msgspec

from events.catalogue import Capacity
from projections.fold.evidence import Evidence, evidence
from projections.fold.incoming import incoming
from projections.fold.leave import with_leave
from projections.fold.order import in_order
from projections.fold.spells import spells
from projections.fold.succession import succession
from projections.fold.vacancy import vacated
from projections.model import FoldClaim, Membership, PostSettings

_canonical = msgspec.json.Encoder(enc_hook=str, order="deterministic")


def timeline(claims: Iterable[FoldClaim], settings: PostSettings) -> tuple[Membership, ...]:
    """Who held the post, one membership for each continuous holding, and who is to come, in order of start.

    A pure function of the set of claims (accepted ones, all of the post of `settings`): their order and duplicates
    do not matter, and without one of them the result is what it would have been had it never come.
    """
    told = canonical(claims)
    return settled(alone(told, settings.post), told, settings)


def canonical(claims: Iterable[FoldClaim]) -> Sequence[FoldClaim]:
    """The claims once each, in an order that depends on nothing but them."""
    return sorted(set(claims), key=_canonical.encode)


def alone(told: Sequence[FoldClaim], post: str, beside: Iterable[FoldClaim] = ()) -> list[Membership]:
    """What the claims say of each of their persons alone, before anybody's holding ends another's.

    `beside`: the dated turns of others in the articles of undated ones.
    """
    signs = sorted(evidence((claim for claim in told if not claim.on_leave), beside), key=_holder)
    return [
        membership
        for (person, capacity), group in groupby(signs, key=_holder)
        for membership in spells(list(group), post, person, capacity)
    ]


def settled(
    held: Iterable[Membership],
    told: Sequence[FoldClaim],
    settings: PostSettings,
    others: Sequence[Membership] = (),
) -> tuple[Membership, ...]:
    """The timeline of the persons of whom `told` is everything that is told, `held` being theirs by themselves.

    `others` are settled holdings of other persons: of one seat they may end those of the persons asked for, or
    contradict them. They are not in the result.
    """
    persons = {claim.person for claim in told}
    own = (each for each in succession([*held, *others], settings) if each.person in persons)
    holdings = with_leave(vacated(own, settings), told)
    known = [claim for claim in told if not claim.on_leave]
    return in_order((*holdings, *incoming(known, holdings, settings.post)))


def _holder(sign: Evidence) -> tuple[str, Capacity]:
    return sign.claim.person, sign.claim.capacity
