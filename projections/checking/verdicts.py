"""What is known of one thing that a draft says: supported, outdated, contradicted or unknown, and why.

Pure. It judges by the memberships of the post alone, as they were known at some moment, on a day; whoever is
ahead of what is known (a change that no article told yet) is unknown, never wrong. Rules: docs/checks.md.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Literal

from events.catalogue import Capacity, ClaimKind, Reason
from events.dates import PartialDate
from projections.fold.occupancy import DayView, on_day
from projections.fold.order import gap, in_order
from projections.model import Endpoint, Membership, PostSettings, Value

Verdict = Literal["supported", "outdated", "contradicted", "unknown"]
Why = Literal[
    "holds", "held", "took_office", "left", "awaited",
    "has_left", "overtaken", "in_office_again", "in_office_by_now", "no_longer_acting",
    "held_by_another", "vacant", "not_listed", "not_yet_in_office", "still_in_office",
    "only_acting", "not_acting", "other_date", "other_reason",
    "disputed", "not_confirmed", "new_to_us",
    "unknown_person", "ambiguous_person", "unknown_post", "ambiguous_post",
]  # fmt: skip

VERDICTS: dict[Why, Verdict] = {
    "holds": "supported",
    "held": "supported",
    "took_office": "supported",
    "left": "supported",
    "awaited": "supported",
    "has_left": "outdated",
    "overtaken": "outdated",
    "in_office_again": "outdated",
    "in_office_by_now": "outdated",
    "no_longer_acting": "outdated",
    "held_by_another": "contradicted",
    "vacant": "contradicted",
    "not_listed": "contradicted",
    "not_yet_in_office": "contradicted",
    "still_in_office": "contradicted",
    "only_acting": "contradicted",
    "not_acting": "contradicted",
    "other_date": "contradicted",
    "other_reason": "contradicted",
    "disputed": "unknown",
    "not_confirmed": "unknown",
    "new_to_us": "unknown",
    "unknown_person": "unknown",
    "ambiguous_person": "unknown",
    "unknown_post": "unknown",
    "ambiguous_post": "unknown",
}


class Said(Value, frozen=True):
    """What a draft says of a person and a post; `person` None: nobody of the name is known."""

    kind: ClaimKind
    person: str | None
    capacity: Capacity = "substantive"
    date: PartialDate | None = None
    start: PartialDate | None = None
    end: PartialDate | None = None
    reason: Reason | None = None


class Judgement(Value, frozen=True):
    """Why the verdict is what it is, and the memberships that show it: the person's own, then the others'.

    `is_last_known`: nobody is known to have the post on that day, and the evidence ends with who had it last.
    """

    why: Why
    evidence: tuple[Membership, ...] = ()
    is_last_known: bool = False

    @property
    def verdict(self) -> Verdict:
        return VERDICTS[self.why]


def judge(said: Said, memberships: Iterable[Membership], settings: PostSettings, day: date) -> Judgement:
    """The judgement on what is said, by the memberships of the post and its settings, on a day."""
    known = tuple(memberships)
    post = _Post(known, settings, day, said)
    match said.kind:
        case "holds":
            return post.holds()
        case "held":
            return post.held()
        case "in":
            return post.taken()
        case "out":
            return post.left()
        case "elected" | "nominated":
            return post.awaited()


class _Post:
    """The post on the day, seen from the person of whom something is said."""

    def __init__(
        self, memberships: Sequence[Membership], settings: PostSettings, day: date, said: Said
    ) -> None:
        self._said, self._day, self._seats = said, day, settings.seats
        self._view: DayView = on_day(memberships, settings, day)
        own = [each for each in in_order(memberships) if each.person == said.person]
        self._spells = [each for each in own if each.incoming is None]
        self._incoming = [each for each in own if each.incoming is not None]
        self._certain = self._own(self._view.certain)
        self._possible = self._own(self._view.possible)
        self._over = [each for each in self._spells if _is_over(each, day)]
        self._others = [each for each in self._view.certain if each.person != said.person]

    def holds(self) -> Judgement:
        if self._certain:
            return self._in_office()
        if self._possible:
            if self._view.occupancy == "disputed":
                return self._because("disputed", *self._view.possible)
            if self._seats == 1 and self._others:
                return self._because("overtaken", *self._possible, *self._others)
            return self._because("not_confirmed", *self._possible)
        if coming := self._own(self._view.incoming):
            return self._because("not_yet_in_office", *coming, *self._others)
        if self._over:
            return self._because("has_left", self._over[-1], *self._others)
        if self._spells or self._incoming:
            return self._because("not_yet_in_office", *(self._spells or self._incoming)[:1], *self._others)
        return self._of_others()

    def held(self) -> Judgement:
        if self._over:
            fitting = [each for each in self._over if self._fits_tenure(each)]
            if fitting:
                again = self._certain and self._said.start is None and self._said.end is None
                return self._because("in_office_again" if again else "held", fitting[-1], *self._certain)
            return self._because("other_date", self._over[-1])
        if self._certain:
            return self._because("still_in_office", *self._certain)
        if self._possible:
            return self._because("not_confirmed", *self._possible, *self._others)
        return self._unheard_of()

    def taken(self) -> Judgement:
        day = self._said.date
        spells = [each for each in self._spells if each.capacity == self._said.capacity]
        if not spells:
            return self._taken_otherwise()
        if day is None:
            standing = [each for each in spells if each not in self._over]
            if standing:
                return self._because("took_office", standing[-1])
            return self._because("has_left", spells[-1], *self._others)
        fitting = [each for each in spells if _may_begin(each, day)]
        if fitting:
            return self._because("took_office", fitting[-1])
        if _all_before(spells, day):
            return self._because("new_to_us", spells[-1], *self._others)
        return self._because("other_date", spells[-1])

    def left(self) -> Judgement:
        day = self._said.date
        ended = [each for each in self._spells if each.end is not None]
        fitting = [each for each in ended if day is None or not _apart(day, each.end)]
        if fitting:
            if _differ(self._said.reason, fitting[-1].reason):
                return self._because("other_reason", fitting[-1])
            return self._because("left", fitting[-1])
        if self._certain or self._possible:
            return self._because("new_to_us", *self._certain, *self._possible)
        if ended:
            return self._because("other_date", ended[-1])
        return self._unheard_of()

    def awaited(self) -> Judgement:
        told = [each for each in self._incoming if each.incoming == self._said.kind]
        coming = self._own(self._view.incoming)
        if awaiting := [each for each in coming if each.incoming == self._said.kind]:
            return self._because("awaited", *awaiting)
        if told and self._said.date is not None:
            return self._because("awaited", told[-1])
        if self._certain:
            return self._because("in_office_by_now", *self._certain)
        if self._over and told:
            return self._because("has_left", self._over[-1], *self._others)
        if coming or told:
            return self._because("not_confirmed", *(coming or told))
        return self._unheard_of()

    def _in_office(self) -> Judgement:
        fitting = [each for each in self._certain if each.capacity == self._said.capacity]
        if not fitting:
            if self._said.capacity == "substantive":
                return self._because("only_acting", *self._certain)
            was = any(each.capacity == "acting" for each in self._over)
            return self._because("no_longer_acting" if was else "not_acting", *self._certain)
        if self._said.start is not None and all(_apart(self._said.start, each.start) for each in fitting):
            return self._because("other_date", *fitting)
        return self._because("holds", *fitting)

    def _taken_otherwise(self) -> Judgement:
        """Of somebody who is not known to have the post in the capacity that is said."""
        day = self._said.date
        if day is not None and (fitting := [each for each in self._spells if _may_begin(each, day)]):
            why: Why = "only_acting" if self._said.capacity == "substantive" else "not_acting"
            return self._because(why, fitting[-1])
        known = (*self._certain, *self._own(self._view.incoming))
        return self._because("new_to_us", *known, *self._others) if known else self._unheard_of()

    def _of_others(self) -> Judgement:
        """Of somebody who is known neither to hold the post nor to have held it."""
        if self._view.occupancy == "vacant":
            return self._because("vacant")
        rivals = [
            each
            for each in self._others
            if self._said.capacity == "substantive" or each.capacity == self._said.capacity
        ]
        if self._seats == 1 and rivals:
            return self._because("held_by_another", *rivals)
        if self._view.complete:
            return self._because("not_listed", *self._others)
        return self._unheard_of()

    def _unheard_of(self) -> Judgement:
        why: Why = "unknown_person" if self._said.person is None else "new_to_us"
        last = self._view.last_known
        if last is None or last.person == self._said.person:
            return self._because(why, *self._others)
        return Judgement(why=why, evidence=(last,), is_last_known=True)

    def _fits_tenure(self, membership: Membership) -> bool:
        start, end = self._said.start, self._said.end
        return not (start is not None and _apart(start, membership.start)) and not (
            end is not None and _apart(end, membership.end)
        )

    def _own(self, memberships: Iterable[Membership]) -> list[Membership]:
        return [each for each in memberships if each.person == self._said.person]

    def _because(self, why: Why, *evidence: Membership) -> Judgement:
        return Judgement(why=why, evidence=tuple(dict.fromkeys(evidence)))


def _is_over(membership: Membership, day: date) -> bool:
    latest = membership.end.date.latest if membership.end else None
    return latest is not None and latest <= day


def _apart(told: PartialDate, known: Endpoint | None) -> bool:
    """Whether two days cannot be the same; a day that was only inferred contradicts nobody."""
    return known is not None and not known.inferred and gap(told, known.date).days > 0


def _may_begin(membership: Membership, day: PartialDate) -> bool:
    """Whether it may have begun on the day: not after somebody had it already, nor when it was over."""
    if membership.start is not None and _apart(day, membership.start):
        return False
    earliest = day.earliest or date.min
    over = membership.end.date.latest if membership.end else None
    seen = membership.first_attested if membership.start is None else None
    return (over is None or earliest < over) and (seen is None or earliest <= seen)


def _all_before(spells: Iterable[Membership], day: PartialDate) -> bool:
    """Whether all ended before the day: then it is another term."""
    return all(
        each.end is not None
        and each.end.date.latest is not None
        and each.end.date.latest <= (day.earliest or date.min)
        for each in spells
    )


def _differ(said: Reason | None, known: Reason | None) -> bool:
    told = {said, known} - {None, "unknown"}
    return len(told) > 1
