"""The pure fold: the accepted claims of one post become its memberships.

What the rules are and why is told in docs/folding.md. The fold knows no clock: what is true *on a day* is asked of
`projections.fold.occupancy`.
"""

from collections.abc import Iterable
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
    told = sorted(set(claims), key=_canonical.encode)
    known = [claim for claim in told if not claim.on_leave]
    signs = sorted(evidence(known), key=_holder)
    held = [
        membership
        for (person, capacity), group in groupby(signs, key=_holder)
        for membership in spells(list(group), settings.post, person, capacity)
    ]
    holdings = with_leave(vacated(succession(held, settings), settings), told)
    return in_order((*holdings, *incoming(known, holdings, settings.post)))


def _holder(sign: Evidence) -> tuple[str, Capacity]:
    return sign.claim.person, sign.claim.capacity
