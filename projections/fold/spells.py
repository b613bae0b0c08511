"""One person's evidence on one post, in one capacity, becomes continuous holdings.

The evidence is walked through in order of days. A holding is open from its first sign until an end; what comes
before an end belongs to one holding, and a start after it opens the next. Rules: docs/folding.md, "From days to
holdings".
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby

from events.catalogue import Capacity
from events.dates import PartialDate
from projections.fold.evidence import ANNOUNCED_AHEAD, SAME_TURN, Evidence
from projections.fold.holding import Holding
from projections.fold.order import gap, shifted
from projections.model import Endpoint, Membership


def spells(signs: Sequence[Evidence], post: str, person: str, capacity: Capacity) -> list[Membership]:
    """The person's memberships of the post in that capacity, in the order of their days."""
    walk = _Walk()
    days = sorted(((_day(sign, signs), sign) for sign in signs), key=lambda pair: pair[0])
    for _, group in groupby(days, key=lambda pair: pair[0]):
        for sign in walk.ordered([sign for _, sign in group]):
            walk.take(sign)
    return [holding.membership(post, person, capacity) for holding in walk.holdings]


def _day(sign: Evidence, signs: Iterable[Evidence]) -> date:
    """When a sign comes into play.

    An end known to the month or year, within which the same person also starts, is over before that start where
    there was something to end.
    """
    if (
        sign.kind != "end"
        or sign.when is None
        or sign.when.exact
        or None in (sign.when.earliest, sign.when.latest)
    ):
        return sign.day
    earliest, latest = sign.when.earliest, sign.when.latest
    assert earliest is not None
    assert latest is not None
    starts = [other for other in signs if other.kind == "start" and other.told]
    within = [
        other.day for other in starts if earliest < other.day <= latest and other.claim is not sign.claim
    ]
    stood_before = any(other.day < earliest for other in signs if other.when is not None)
    return min(within) if within and stood_before else sign.day


class _Walk:
    """The holdings found so far; only the last one can be open."""

    def __init__(self) -> None:
        self.holdings: list[Holding] = []

    def ordered(self, signs: list[Evidence]) -> Iterator[Evidence]:
        """The signs of one day in the order in which they make sense.

        Who held the post and ends and starts on one day has come again; who did not, never took it up.
        """
        starts = [sign for sign in signs if sign.kind == "start"]
        mentions = [sign for sign in signs if sign.kind == "mention"]
        ends = [sign for sign in signs if sign.kind == "end"]
        bounds = [sign for sign in starts if not (sign.told or sign.announced)]
        turns = [sign for sign in starts if sign.told or sign.announced]
        yield from bounds
        if self.holdings and self.holdings[-1].open:
            yield from (*ends, *turns, *mentions)
        else:
            yield from (*turns, *mentions, *ends)

    def take(self, sign: Evidence) -> None:
        last = self.holdings[-1] if self.holdings else None
        if last is None:
            self._new(sign)
        elif sign.kind == "start":
            self._start(last, sign)
        elif sign.kind == "end":
            self._end(last, sign)
        elif last.open or not sign.claim.background or not last.over_before(sign.day):
            last.mentions.append(sign)
        else:
            last.support.append(sign.claim)

    def _new(self, sign: Evidence) -> None:
        holding = Holding()
        self.holdings.append(holding)
        holding.add(sign)

    def _start(self, last: Holding, sign: Evidence) -> None:
        if not (sign.told or sign.announced):
            if last.open:
                last.starts.append(sign)
            else:
                last.support.append(sign.claim)  # it recalls the holding that is over, and opens none
        elif not last.open:
            self._new(sign)
        elif sign.announced or _is_same_start(last, sign):
            last.starts.append(sign)
        else:
            last.ended_unseen = _between(last, sign)
            self._new(sign)

    def _end(self, last: Holding, sign: Evidence) -> None:
        if last.open or _is_same_end(last, sign):
            last.ends.append(sign)
        elif sign.told or sign.announced:
            self._new(sign)
        else:
            last.support.append(sign.claim)


def _is_same_start(last: Holding, sign: Evidence) -> bool:
    """Whether a told start speaks of the holding that is open already."""
    assert sign.when is not None
    told = next((start.when for start in last.starts if start.told), None)
    if told is not None and gap(told, sign.when) <= SAME_TURN:
        return True
    dated = last.days()
    if not dated:
        return True
    first = min(dated)
    if told is None and any(start.announced and start.day == first for start in last.starts):
        return sign.day - first <= ANNOUNCED_AHEAD
    # Between the announcement of a start and the start itself, mentions are of one who is to come.
    published = sign.claim.published
    return published is not None and published <= first


def _is_same_end(last: Holding, sign: Evidence) -> bool:
    """Whether a leaving speaks of the end that is known already."""
    if not last.ends or sign.when is None:
        return False
    known = last.ends[-1]
    if known.when is None:
        return False
    if sign.announced:
        return sign.day - known.day <= ANNOUNCED_AHEAD
    if not sign.told:
        return False
    told = [end.when for end in last.ends if end.told and end.when is not None]
    if told:
        return any(gap(end, sign.when) <= SAME_TURN for end in told)
    if known.announced:
        return sign.day - known.day <= ANNOUNCED_AHEAD
    return gap(known.when, sign.when) <= SAME_TURN


def _between(last: Holding, start: Evidence) -> Endpoint:
    """The end that nobody told, of one who was seen in the post and later starts in it again."""
    assert start.when is not None
    latest = start.when.latest or start.when.earliest
    assert latest is not None
    earliest = min(shifted(max(last.days()), 1), latest)
    return Endpoint(date=PartialDate(earliest, latest), basis="attested")
