"""Every version of the fold that ever was in force, so that each stays runnable: what was believed stays explained.

A version is three pure functions. A better one is added to VERSIONS under the next number, never put in the place of
an old one, and comes into force by the event fold.released. Told in docs/folding.md, "Versions".
"""

from collections.abc import Callable, Iterable
from datetime import date

import msgspec

from projections.fold.occupancy import DayView, on_day, turning_days
from projections.fold.timeline import timeline
from projections.model import FoldClaim, Membership, PostSettings

FIRST = 1  # in force until an event says otherwise


class UnknownRules(Exception):
    """A later release of this software folds by that version; this one does not know it."""


class Rules(msgspec.Struct, frozen=True):
    """How the claims of a post become memberships, and those a day's view.

    `in_parts`: the functions of `projections.fold.part` and what they stand on do the same for a part of a post, so
    that an event folds what it touches. Where they do not, each event folds its posts whole.
    """

    version: int
    timeline: Callable[[Iterable[FoldClaim], PostSettings], tuple[Membership, ...]]
    on_day: Callable[[Iterable[Membership], PostSettings, date], DayView]
    turning_days: Callable[[Iterable[Membership], PostSettings], tuple[date, ...]]
    in_parts: bool = False


VERSIONS: dict[int, Rules] = {1: Rules(1, timeline, on_day, turning_days, in_parts=True)}


def rules_of(version: int) -> Rules:
    """The rules of a version. Raises UnknownRules."""
    if (rules := VERSIONS.get(version)) is None:
        raise UnknownRules(f"fold {version} is unknown here, where the newest is {max(VERSIONS)}: upgrade")
    return rules
