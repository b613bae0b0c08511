"""One membership through the days: from when and until when it is certain, possible, contested or to come."""

from collections.abc import Iterator
from datetime import date

from projections.fold.order import shifted
from projections.model import Membership


class Presence:
    """The days that matter of one membership, for a post whose mentions speak for `fresh_for` days.

    `begun`: since when it is known to stand (the earliest day of a dated start, else the first attested one).
    `last_sign`: the last day for which somebody's word makes it stand. Both None where nothing is dated.
    """

    def __init__(self, membership: Membership, fresh_for: int) -> None:
        start = membership.start.date if membership.start else None
        end = membership.end.date if membership.end else None
        self.membership = membership
        self._fresh_for = fresh_for
        self._earliest = start.earliest if start else None
        self._over = end.latest if end else None  # from here on it is over; None: not known to be
        self._signs = sorted(
            day
            for day in {membership.first_attested, membership.last_attested, start.latest if start else None}
            if day is not None and (self._over is None or day < self._over)
        )
        self.last_sign = self._signs[-1] if self._signs else None
        self.begun = self._earliest or (self._signs[0] if self._signs else None)
        self._certain_until = self._until(end.earliest if end else None, ended=end is not None)

    def _until(self, end: date | None, ended: bool) -> date:
        """The first day on which it is no longer certain: it may have ended, or nobody spoke of it for too long."""
        if self.last_sign is None:
            return date.min
        fresh = shifted(self.last_sign, self._fresh_for + 1)
        if not ended:
            return fresh
        seen = shifted(self.last_sign, 1)
        return min(fresh, max(seen, end) if end is not None else seen)

    @property
    def certain(self) -> tuple[date, date] | None:
        """The days [first, end) on which it is certain; None where it is on none."""
        if self.membership.incoming is not None or not self._signs or self._signs[0] >= self._certain_until:
            return None
        return self._signs[0], self._certain_until

    def is_certain(self, day: date) -> bool:
        """Held on that day by everything that is known: start.latest ≤ day < end.earliest, and not stale."""
        return self.certain is not None and self.certain[0] <= day < self.certain[1]

    def is_possible(self, day: date) -> bool:
        """Not known to be false: on or after the earliest start, before the latest end.

        A holding of untold start reaches back as long as a mention speaks forward.
        """
        if self.membership.incoming is not None:
            return False
        return self._possible_from() <= day and (self._over is None or day < self._over)

    def is_contested(self, day: date) -> bool:
        """Ended by one word and standing by a later one, which is still fresh."""
        until = self._contested_until()
        return until is not None and self._over is not None and self._over <= day < until

    def is_incoming(self, day: date) -> bool:
        """Announced, and not yet begun."""
        membership = self.membership
        if membership.announced is None or day < membership.announced:
            return False
        if membership.incoming is None:
            return self._earliest is not None and day < self._earliest
        return day < self._incoming_until()

    def leaves_vacant(self, day: date) -> bool:
        """Whether an official word of its end still speaks for the day: the end certain, and not too long ago."""
        end = self.membership.end
        if end is None or self._over is None or self.membership.standing != "official":
            return False
        told = end.basis in ("said", "announced", "paired")
        return told and self._over <= day < shifted(self._over, self._fresh_for + 1)

    def last_seen(self, day: date) -> date | None:
        """The last day, that one or before, for which somebody's word makes it stand."""
        return max((sign for sign in self._signs if sign <= day), default=None)

    def turning_days(self) -> Iterator[date]:
        """The days on which any of the above may answer otherwise than on the day before."""
        membership = self.membership
        ends = (
            self._certain_until,
            self._over,
            self._contested_until(),
            self._earliest,
            membership.announced,
        )
        yield from (day for day in ends if day is not None and day > date.min)
        yield from self._signs
        if membership.incoming is not None:
            yield self._incoming_until()
        else:
            yield self._possible_from()
        if self.begun is not None:
            yield self.begun
        if self._over is not None:
            yield shifted(self._over, self._fresh_for + 1)

    def _possible_from(self) -> date:
        if self._earliest is not None:
            return self._earliest
        end = self.membership.end
        if self._signs:
            known = self._signs[0]
        elif end is None:
            return date.min
        elif end.date.earliest is not None:
            known = end.date.earliest
        else:
            return date.max  # over by some day, and not one day known on which it stood: placed on none
        return shifted(known, -self._fresh_for)

    def _contested_until(self) -> date | None:
        membership = self.membership
        last = membership.last_attested
        if membership.standing != "disputed" or self._over is None or last is None or last <= self._over:
            return None
        return shifted(last, self._fresh_for + 1)

    def _incoming_until(self) -> date:
        """Until the office is taken, or until nobody has spoken of it for too long."""
        start = self.membership.start.date.latest if self.membership.start else None
        last = max(day for day in (self.membership.last_attested, start, date.min) if day is not None)
        stale = shifted(last, self._fresh_for + 1)
        end = self.membership.end.date if self.membership.end else None
        taken = (end.earliest or end.latest) if end else None
        return min(stale, taken) if taken is not None else stale
