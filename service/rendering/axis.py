"""A time axis: days to places, and the days worth a mark."""

from collections.abc import Iterable
from datetime import date

import msgspec

from service.rendering.words import MONTHS

_ROOM = 62.0  # for the label of a mark
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1_200, 2_400, 6_000, 12_000)  # steps between marks
_LEAST = 200  # days on an axis


class Axis(msgspec.Struct, frozen=True):
    """The days from `first` to `last` between two places."""

    first: date
    last: date
    left: float
    right: float

    def x(self, day: date) -> float:
        """The place of a day; of one outside, the nearer end."""
        share = (day.toordinal() - self.first.toordinal()) / (self.last.toordinal() - self.first.toordinal())
        return self.left + min(1.0, max(0.0, share)) * (self.right - self.left)

    def marks(self) -> list[tuple[float, str]]:
        """Place and label of each mark, as close together as can be read."""
        months = (self.last.toordinal() - self.first.toordinal()) / 30.44
        most = max(2.0, (self.right - self.left) / _ROOM)
        step = next((step for step in _MONTHS if months / step <= most), _MONTHS[-1])
        number = -(-(self.first.year * 12 + self.first.month - 1) // step) * step
        found = []
        while number < 9_999 * 12 and (day := date(number // 12, number % 12 + 1, 1)) <= self.last:
            if day >= self.first:
                label = f"{day.year}" if step >= 12 else f"{MONTHS[day.month - 1][:3]} {day.year}"
                found.append((self.x(day), label))
            number += step
        return found


def axis_over(days: Iterable[date], left: float, right: float) -> Axis:
    """An axis on which all of the days have room, at least one."""
    known = [day.toordinal() for day in days]
    first, last = min(known), max(known)
    margin = max((last - first) // 30, (_LEAST - (last - first)) // 2, 5)
    lowest, highest = date.min.toordinal() + 31, date.max.toordinal() - 31
    return Axis(
        date.fromordinal(min(max(first - margin, lowest), highest - _LEAST)),
        date.fromordinal(max(min(last + margin, highest), lowest + _LEAST)),
        left,
        right,
    )
