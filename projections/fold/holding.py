"""The evidence gathered for one continuous holding, and the membership that it amounts to."""

from collections.abc import Iterable, Iterator
from datetime import date

from events.catalogue import Capacity, Reason
from events.dates import PartialDate
from projections.fold.evidence import Evidence
from projections.fold.order import shifted
from projections.fold.standing import checked_by, standing
from projections.model import Endpoint, FoldClaim, Membership


class Holding:
    """Starts, mentions and ends that speak of one holding, in the order of their days."""

    def __init__(self) -> None:
        self.starts: list[Evidence] = []
        self.mentions: list[Evidence] = []
        self.ends: list[Evidence] = []
        self.support: list[FoldClaim] = []  # claims that speak of it and move nothing
        self.ended_unseen: Endpoint | None = None

    @property
    def open(self) -> bool:
        return not self.ends and self.ended_unseen is None

    def add(self, sign: Evidence) -> None:
        {"start": self.starts, "mention": self.mentions, "end": self.ends}[sign.kind].append(sign)

    def days(self) -> list[date]:
        """The days on which it is known to stand or begin."""
        return [sign.day for sign in (*self.starts, *self.mentions) if sign.when is not None]

    def over_before(self, day: date) -> bool:
        """Whether it had ended by the day for certain."""
        end = self.end()
        return end is not None and end.date.latest is not None and end.date.latest < day

    def membership(self, post: str, person: str, capacity: Capacity) -> Membership:
        start, end = self.start(), self.end()
        claims = {claim.id: claim for claim in self._claims()}
        attested = sorted(self._attested(start, end))
        return Membership(
            post=post,
            person=person,
            capacity=capacity,
            start=start,
            end=end,
            reason=self._reason(),
            standing="disputed" if self._is_contradicted(end) else standing(claims.values()),
            checked_by=checked_by(claims.values()),
            first_attested=attested[0] if attested else None,
            last_attested=attested[-1] if attested else None,
            incoming=None,
            claims=tuple(sorted(claims)),
            announced=min((claim.published for claim in claims.values() if claim.published), default=None),
        )

    def start(self) -> Endpoint | None:
        """A told start if there is one, else the earliest of what stands in for it."""
        if told := [sign for sign in self.starts if sign.told]:
            return _best(told)
        dated = [sign for sign in self.starts if sign.when is not None]
        if not dated:
            return None
        first = min(self.days())
        if any(sign.announced and sign.day == first for sign in dated):
            return Endpoint(date=PartialDate.on(first), basis="announced")
        said = any(sign.basis == "said" and sign.day == first for sign in dated)
        return Endpoint(date=PartialDate.no_later_than(first), basis="said" if said else "attested")

    def end(self) -> Endpoint | None:
        """A told end if there is one, else the first one announced, else the day by which it was over."""
        if told := [sign for sign in self.ends if sign.told]:
            return _best(told)
        if self.ends and (when := self.ends[0].when) is not None:
            return Endpoint(date=when, basis=self.ends[0].basis)
        return self.ended_unseen

    def _claims(self) -> Iterator[FoldClaim]:
        yield from self.support
        for sign in (*self.starts, *self.mentions, *self.ends):
            yield sign.claim

    def _reason(self) -> Reason | None:
        """The reason given with the end that is believed; else any other; `unknown` only if that is all."""
        end = self.end()
        first = [sign for sign in self.ends if end is not None and sign.when == end.date]
        reasons = [sign.claim.reason for sign in (*first, *self.ends) if sign.claim.reason is not None]
        return next((reason for reason in reasons if reason != "unknown"), reasons[0] if reasons else None)

    def _attested(self, start: Endpoint | None, end: Endpoint | None) -> Iterator[date]:
        """The days on which it stood by somebody's word: a mention, an announced start, the eve of a leaving."""
        begun = start.date.earliest if start and start.date.earliest else date.min
        over = end.date.latest if end else None
        days = [
            sign.day
            for sign in self.mentions
            if sign.when is not None and not (sign.claim.background and over is not None and sign.day > over)
        ]
        days.extend(sign.day for sign in self.starts if sign.announced)
        if eve := self._eve(start, end):
            days.append(eve)
        for day in days:
            # News of the day of leaving still names the one who left: it speaks of the day before.
            held = shifted(day, -1) if day == over else day
            if held >= begun:
                yield held

    def _eve(self, start: Endpoint | None, end: Endpoint | None) -> date | None:
        """The day before a leaving, where the end leaves no doubt that it was held then."""
        if end is None or end.date.earliest is None or end.basis == "attested":
            return None
        if not any(sign.claim.kind in ("out", "held") and sign.when == end.date for sign in self.ends):
            return None
        eve = shifted(end.date.earliest, -1)
        begun = start is not None and start.date.latest is not None and start.date.latest <= eve
        return eve if end.date.exact or begun else None

    def _is_contradicted(self, end: Endpoint | None) -> bool:
        """Whether news still names the holder after the end."""
        if end is None or end.date.latest is None:
            return False
        return any(sign.day > end.date.latest and not sign.claim.background for sign in self.mentions)


def _best(signs: Iterable[Evidence]) -> Endpoint:
    """The one to believe: said before paired, an editor's, an official's, the more precise, the earlier.

    A more precise date inside the believed one is the same thing said better.
    """
    ranked = sorted(signs, key=_rank)
    best = ranked[0]
    assert best.when is not None
    inside = [sign for sign in ranked if sign.when is not None and _within(sign.when, best.when)]
    finest = min(inside, key=lambda sign: (_width(sign.when), _rank(sign)))
    assert finest.when is not None
    return Endpoint(date=finest.when, basis=finest.basis)


def _rank(sign: Evidence) -> tuple[bool, bool, bool, int, date, str]:
    claim = sign.claim
    said, editor = sign.basis == "said", claim.checked_by == "editor"
    return (not said, not editor, not claim.official, _width(sign.when), sign.day, claim.id)


def _width(day: PartialDate | None) -> int:
    """How many days it may be; open sides are wide."""
    if day is None:
        return date.max.toordinal()
    return ((day.latest or date.max) - (day.earliest or date.min)).days


def _within(inner: PartialDate, outer: PartialDate) -> bool:
    earliest = (inner.earliest or date.min) >= (outer.earliest or date.min)
    return earliest and (inner.latest or date.max) <= (outer.latest or date.max)
