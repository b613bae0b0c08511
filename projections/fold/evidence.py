"""What each claim says of a holding: that it began, that it ended, or that it stood; when, and how we know.

Rules: docs/folding.md, "From a claim to a day".
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Literal

import msgspec

from events.dates import PartialDate
from projections.model import DateBasis, Endpoint, FoldClaim

# Reports of one and the same turn differ by days, not by months.
SAME_TURN = timedelta(days=31)
# A change is seldom announced more than a year before it takes effect.
ANNOUNCED_AHEAD = timedelta(days=366)


class Evidence(msgspec.Struct, frozen=True):
    """One thing that a claim says; `when` None: at some time, nobody knows when."""

    kind: Literal["start", "end", "mention"]
    when: PartialDate | None
    basis: DateBasis
    claim: FoldClaim

    @property
    def told(self) -> bool:
        """Whether it dates a turn by itself, rather than giving a stand-in or one side only."""
        return self.basis in ("said", "paired") and self.when is not None and self.when.earliest is not None

    @property
    def announced(self) -> bool:
        return self.basis == "announced"

    @property
    def day(self) -> date:
        """The day at which it comes into play: a start as early, an end as late as it may have been."""
        if self.when is None:
            return date.min
        sides = (self.when.earliest, self.when.latest)
        if self.kind == "end":
            sides = (self.when.latest, self.when.earliest)
        day = sides[0] or sides[1]
        assert day is not None
        return day


def evidence(claims: Iterable[FoldClaim], beside: Iterable[FoldClaim] = ()) -> Iterator[Evidence]:
    """What the claims say of holdings. Elected and nominated say nothing of them.

    `beside`: claims of the same articles about others, which may date an undated turn.
    """
    known = list(claims)
    dated = _dated_turns([*known, *beside])
    for claim in known:
        match claim.kind:
            case "in":
                yield _taking(claim, dated)
            case "out":
                yield from _leaving(claim, dated)
            case "holds":
                yield from _holding(claim)
            case "held":
                yield from _former(claim)
            case "elected" | "nominated":
                pass


_Turns = Mapping[tuple[str | None, bool], list[FoldClaim]]


def _dated_turns(claims: Iterable[FoldClaim]) -> _Turns:
    """The dated ins and outs of each article, its news apart from what it recalls."""
    turns: dict[tuple[str | None, bool], list[FoldClaim]] = defaultdict(list)
    for claim in claims:
        if claim.article is not None and claim.kind in ("in", "out") and claim.date is not None:
            turns[claim.article, claim.background].append(claim)
    return turns


def _pair(claim: FoldClaim, turns: _Turns) -> PartialDate | None:
    """The day on which, by the same article, the other one leaves or takes the post; None if it gives several."""
    opposite = "out" if claim.kind == "in" else "in"
    days = {
        other.date
        for other in turns.get((claim.article, claim.background), ())
        if other.kind == opposite and (other.person, other.capacity) != (claim.person, claim.capacity)
    }
    return days.pop() if len(days) == 1 else None


def _taking(claim: FoldClaim, turns: _Turns) -> Evidence:
    if claim.date is not None:
        return Evidence("start", claim.date, "said", claim)
    if paired := _pair(claim, turns):
        return Evidence("start", paired, "paired", claim)
    if claim.published is None:
        return Evidence("start", None, "attested", claim)
    if claim.background:
        return Evidence("start", PartialDate.no_later_than(claim.published), "attested", claim)
    return Evidence("start", PartialDate.on(claim.published), "announced", claim)


def _leaving(claim: FoldClaim, turns: _Turns) -> Iterator[Evidence]:
    if claim.date is not None:
        yield Evidence("end", claim.date, "said", claim)
    elif claim.published is None:
        return  # that somebody left on an unknown day, told on an unknown day, says nothing of any day
    elif claim.background:
        yield Evidence("end", PartialDate.no_later_than(claim.published), "attested", claim)
    elif (successor := _pair(claim, turns)) and successor.earliest:
        # One whose successor the same article dates went, or goes, when that one came or comes.
        yield Evidence("end", successor, "paired", claim)
    else:
        yield Evidence("end", PartialDate.on(claim.published), "announced", claim)


def _holding(claim: FoldClaim) -> Iterator[Evidence]:
    if claim.start is not None and not _reversed(claim.start, claim.end):
        yield Evidence("start", claim.start, "said", claim)
    if claim.end is not None:
        yield Evidence("end", claim.end, "said", claim)
    if claim.published is None:
        yield Evidence("mention", None, "attested", claim)
    for day in (claim.published, claim.attested):
        if day is not None and _stands_on(claim, day):
            yield Evidence("mention", PartialDate.on(day), "attested", claim)


def _stands_on(claim: FoldClaim, day: date) -> bool:
    """Whether one who is said on that day to hold the post held it then, and not only before or after."""
    begun = claim.start is None or claim.start.earliest is None or claim.start.earliest <= day
    return begun and (claim.end is None or claim.end.latest is None or claim.end.latest > day)


def _former(claim: FoldClaim) -> Iterator[Evidence]:
    end = Endpoint(date=claim.end, basis="said") if claim.end is not None else _bygone(claim)
    if end is None:
        return
    if claim.start is not None and not _reversed(claim.start, end.date):
        yield Evidence("start", claim.start, "said", claim)
    yield Evidence("end", end.date, end.basis, claim)


def _bygone(claim: FoldClaim) -> Endpoint | None:
    """When a former holding of untold end was over; None where no day at all is known."""
    if claim.published is not None:
        return Endpoint(date=PartialDate.no_later_than(claim.published), basis="attested")
    if claim.start is not None and claim.start.earliest is not None:
        return Endpoint(date=PartialDate.no_earlier_than(claim.start.earliest), basis="attested")
    return None


def _reversed(start: PartialDate, end: PartialDate | None) -> bool:
    """Whether a told start lies after the told end: then the start is not believed."""
    if end is None or start.earliest is None or end.latest is None:
        return False
    return start.earliest > end.latest
