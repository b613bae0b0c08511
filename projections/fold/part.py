"""The fold of a part: some persons of a post, and of the others only what bears on them. Pure.

What an event touches is folded anew; what it does not touch is neither read nor folded. The pure fold of everything,
`projections.fold.timeline.timeline`, is the oracle: the tests hold the one against the other after every event.
Rules: docs/folding.md, "A part of a post".
"""

from collections.abc import Iterable, Sequence
from datetime import date

from msgspec.structs import replace

from projections.fold.occupancy import on_day
from projections.fold.order import shifted
from projections.fold.presence import Presence
from projections.fold.succession import turn
from projections.model import FoldClaim, Membership, PostSettings


def is_mention(claim: FoldClaim) -> bool:
    """Whether it says no more than that the post was held on the day of its publication."""
    untold = claim.start is None and claim.end is None and claim.attested is None
    return claim.kind == "holds" and untold and claim.published is not None and not claim.on_leave


def mentioned_again(memberships: Iterable[Membership], claim: FoldClaim) -> Membership | None:
    """Of one person's memberships of a post, the one that a mention (`is_mention`) stands behind without moving it.

    None where it may move something: then everything that is told of the person has to be folded. It moves nothing
    between the first and the last day attested, if that is before the end, nor after the last one of a holding that
    is not known to have ended: no rule looks at the mentions in between, and the open holding is the last of its
    person. (The eve of an end is attested without a sign of that day; but nothing lies between that and the end.)
    """
    day = claim.published
    assert day is not None
    for each in memberships:
        first, last = each.first_attested, each.last_attested
        if each.incoming is not None or each.capacity != claim.capacity or first is None or last is None:
            continue
        if each.end is None:
            moves_nothing = first <= day
        else:
            over = each.end.date.earliest or each.end.date.latest
            moves_nothing = first < day < last and over is not None and day < over
        if moves_nothing:
            return each
    return None


def attested(membership: Membership, claim: FoldClaim, origins: Iterable[str]) -> Membership:
    """The membership with one more mention of it; `origins` are those of the claims behind it, or some of them.

    Of a membership with a single source that is all of them.
    """
    day = claim.published
    assert day is not None
    assert membership.last_attested is not None
    standing = membership.standing
    if standing != "disputed" and claim.official:
        standing = "official"
    elif standing == "single_source" and any(origin != claim.origin for origin in origins):
        standing = "corroborated"
    return replace(
        membership,
        standing=standing,
        checked_by="editor" if claim.checked_by == "editor" else membership.checked_by,
        last_attested=max(day, membership.last_attested),
        announced=min(day, membership.announced or day),
        claims=tuple(sorted({*membership.claims, claim.id})),
    )


def moved_turns(before: Iterable[Membership], after: Iterable[Membership]) -> set[date]:
    """The days on which somebody takes the post by the one and not by the other: what may end others, or dispute them.

    Settled or alone, a holding takes the post on the same day.
    """
    return {day for day, *_ in _turns(before) ^ _turns(after)}


def turn_days(held: Iterable[Membership]) -> set[date]:
    """The days on which somebody takes the post."""
    return {day for day, *_ in _turns(held)}


def view_from(day: date, settings: PostSettings) -> date:
    """The day since when memberships matter to the view of a day, but for those that are disputed: those over before
    it speak for it only where it is silent otherwise."""
    return shifted(day, -settings.fresh_for - 1)


def tells_the_day(
    memberships: Sequence[Membership],
    others: Sequence[Membership],
    settings: PostSettings,
    day: date,
    known_since: date | None,
) -> bool:
    """Whether what a part does to the view of a day can be told from these memberships, without all the rest.

    `memberships` are those of the part, before or after, `others` the others that were read. `known_since`:
    every membership that is not over by then is among them, and every disputed one; None: all are. Where there are
    several seats, one other who holds the post for certain is enough: whatever the part does, the post is held, and
    each person's place is a matter of that person's memberships alone.
    """
    if known_since is None:
        return True
    if settings.seats != 1 and any(
        each.incoming is None and Presence(each, settings.fresh_for).is_certain(day) for each in others
    ):
        return True
    if known_since > view_from(day, settings):
        return False
    view = on_day((*memberships, *others), settings, day)
    if any(each.announced is not None and each.announced < known_since for each in view.incoming):
        return False  # somebody forgotten may have taken the seat since
    if view.occupancy != "unknown":
        return True
    last = Presence(view.last_known, settings.fresh_for).last_seen(day) if view.last_known else None
    return last is not None and last >= known_since


def _turns(memberships: Iterable[Membership]) -> set[tuple[date, str, str, str]]:
    return {
        (day, each.person, each.capacity, str(each.start and each.start.date))
        for each in memberships
        if each.incoming is None and (day := turn(each)) is not None
    }
