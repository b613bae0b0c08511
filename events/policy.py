"""The policy: which claims stand without an editor. One table, read from the top; the first rule that fits decides.

It acts on decisions still to be made, never on those made: what an editor decided stays.
"""

from collections.abc import Callable
from datetime import date

import msgspec

from events.catalogue import Claim, ReviewState
from events.dates import PartialDate
from events.reading.confidence import ACCEPT_AT
from events.register import Holding

POLICY = "desk/1"

# From here on a trusted publisher's claim is read surely enough, as long as it stands in nobody's way.
TRUSTED_AT = 0.5  # confidence

# A second origin supports a claim where both tell of the same days.
SAME_CHANGE_WITHIN = 31  # days


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A claim and what the policy may know of it besides."""

    claim: Claim
    publisher_trusted: bool  # the policy lets this publisher's articles end a standing membership
    contradicts_standing: bool  # it ends a membership that stands, or gives its only seat to somebody else
    corroborating_origins: int  # other origins that say the same
    official: bool  # a named or an official party says so, here or in one of those
    resolved: bool  # person and post are known
    threshold: float

    @property
    def corroborated(self) -> bool:
        return self.corroborating_origins > 0

    @property
    def is_sure(self) -> bool:
        """Whether the reading may be relied on."""
        lenient = self.publisher_trusted and not self.contradicts_standing
        return self.claim.confidence >= (min(TRUSTED_AT, self.threshold) if lenient else self.threshold)


class Rule(msgspec.Struct, frozen=True):
    """A row of the table: the claims that it is for, and what becomes of them."""

    name: str
    fits: Callable[[Case], bool]
    state: ReviewState


class Verdict(msgspec.Struct, frozen=True):
    state: ReviewState
    rule: str


RULES = (
    # An editor must say first who or what is meant.
    Rule("unresolved", lambda c: not c.resolved, "proposed"),
    # Hearsay never makes a fact, however many repeat it.
    Rule("hearsay", lambda c: c.claim.modality == "reported", "proposed"),
    # The reading itself is in doubt; that a second origin reads the same removes the doubt.
    Rule("unsure", lambda c: not c.is_sure and not c.corroborated, "proposed"),
    # One misread article must not sack a minister.
    Rule("trusted_publisher", lambda c: c.contradicts_standing and c.publisher_trusted, "accepted"),
    Rule("second_origin", lambda c: c.contradicts_standing and c.official and c.corroborated, "accepted"),
    Rule("contradicts_standing", lambda c: c.contradicts_standing, "proposed"),
    # What is left stands in nobody's way.
    Rule("nominated", lambda c: c.claim.kind == "nominated", "accepted"),
    Rule("elected", lambda c: c.claim.kind == "elected", "accepted"),
    Rule("holds", lambda c: c.claim.kind == "holds", "accepted"),
    Rule("held", lambda c: c.claim.kind == "held", "accepted"),
    Rule("change", lambda c: c.claim.kind in ("in", "out"), "accepted"),
)

# What these rules hold back is released when another origin says the same and is accepted.
AWAIT_SECOND_ORIGIN = frozenset(("contradicts_standing", "unsure"))
RELEASED = "second_origin"


def decide(
    claim: Claim,
    *,
    publisher_trusted: bool = False,
    contradicts_standing: bool = False,
    corroborating_origins: int = 0,
    corroborated_officially: bool = False,
    resolved: bool = True,
    threshold: float = ACCEPT_AT,
) -> Verdict:
    """What becomes of the claim, and by which rule. The defaults judge the claim alone."""
    case = Case(
        claim=claim,
        publisher_trusted=publisher_trusted,
        contradicts_standing=contradicts_standing,
        corroborating_origins=corroborating_origins,
        official=claim.official or (corroborating_origins > 0 and corroborated_officially),
        resolved=resolved,
        threshold=threshold,
    )
    rule = next(rule for rule in RULES if rule.fits(case))
    return Verdict(rule.state, rule.name)


def contradicts(
    claim: Claim, person: str, holdings: list[Holding], *, seats: int | None, published: date | None
) -> bool:
    """Whether the claim ends one of these memberships of its post, or gives its only seat to somebody else.

    A change that took place before a membership began leaves it alone, and so does one that never makes a holder.
    """
    day = _latest(claim.date if claim.kind in ("in", "out") else claim.end or claim.start)
    if day is None and not claim.background:
        day = published
    if claim.kind == "holds":
        day = published
    standing = [h for h in holdings if day is None or h.since is None or h.since <= day]
    match claim.kind:
        case "out" | "held":
            return any(holding.person == person for holding in standing)
        case "in" | "holds":
            return seats == 1 and any(holding.person != person for holding in standing)
        case "elected" | "nominated":
            return False


def same_change(one: date | None, other: date | None) -> bool:
    """Whether two claims of one kind, person and post may tell of the same change; an unknown day may be any."""
    return one is None or other is None or abs((one - other).days) <= SAME_CHANGE_WITHIN


def _latest(moment: PartialDate | None) -> date | None:
    return None if moment is None else moment.latest
