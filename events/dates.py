"""PartialDate: a day known exactly, to the month, to the year, or only from one side.

Text form is the Extended Date/Time Format (EDTF, Library of Congress, 2019): `2008`, `2022-09`, `2022-09-24`,
and one day out of a set: `[..2017-03-05]` (no later than), `[2017-03-05..]` (no earlier than),
`[2017-01-10..2017-03-05]`.
"""

import calendar
import re
from datetime import date
from typing import Self

_POINT = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_ONE_OF = re.compile(r"\[(\d{4}-\d{2}-\d{2})?\.\.(\d{4}-\d{2}-\d{2})?\]", re.ASCII)


class InvalidDate(ValueError):
    """The text is no date of the forms above; the message says what would be."""


class PartialDate:
    """One day, of which `earliest` and `latest` (both inclusive, either may be None: open) are known."""

    __slots__ = ("earliest", "latest")

    earliest: date | None
    latest: date | None

    def __init__(self, earliest: date | None, latest: date | None) -> None:
        if earliest is None and latest is None:
            raise InvalidDate("a partial date needs at least one end; use null for an unknown date")
        if earliest is not None and latest is not None and earliest > latest:
            raise InvalidDate(f"the earliest day {earliest} lies after the latest day {latest}")
        object.__setattr__(self, "earliest", earliest)
        object.__setattr__(self, "latest", latest)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a PartialDate never changes")

    def __reduce__(self) -> tuple[type[Self], tuple[date | None, date | None]]:
        return type(self), (self.earliest, self.latest)

    @classmethod
    def on(cls, day: date) -> Self:
        """That very day."""
        return cls(day, day)

    @classmethod
    def no_later_than(cls, day: date) -> Self:
        return cls(None, day)

    @classmethod
    def no_earlier_than(cls, day: date) -> Self:
        return cls(day, None)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Reads the text form. Raises InvalidDate for anything else, 31 February included."""
        try:
            if point := _POINT.fullmatch(text):
                year, month, day = (int(part) if part else None for part in point.groups())
                assert year is not None
                if day is not None and month is not None:
                    return cls.on(date(year, month, day))
                if month is not None:
                    last = calendar.monthrange(year, month)[1]
                    return cls(date(year, month, 1), date(year, month, last))
                return cls(date(year, 1, 1), date(year, 12, 31))
            if one_of := _ONE_OF.fullmatch(text):
                earliest, latest = (date.fromisoformat(part) if part else None for part in one_of.groups())
                return cls(earliest, latest)
        except InvalidDate:
            raise
        except ValueError as error:
            raise InvalidDate(f"{text!r} is no day of the calendar: {error}") from None
        raise InvalidDate(
            f"{text!r} is no date: write YYYY, YYYY-MM, YYYY-MM-DD or a set such as [..2017-03-05]"
        )

    @property
    def exact(self) -> date | None:
        """The day, where it is known exactly."""
        return self.earliest if self.earliest == self.latest else None

    def __str__(self) -> str:
        earliest, latest = self.earliest, self.latest
        if earliest is not None and latest is not None:
            if earliest == latest:
                return earliest.isoformat()
            if earliest.day == 1 and earliest.year == latest.year:
                last = calendar.monthrange(latest.year, latest.month)[1]
                if latest.day == last and earliest.month == latest.month:
                    return f"{earliest:%Y-%m}"
                if (earliest.month, latest.month, latest.day) == (1, 12, 31):
                    return f"{earliest.year:04d}"
        return f"[{earliest or ''}..{latest or ''}]"

    def __repr__(self) -> str:
        return f"PartialDate({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PartialDate) and (self.earliest, self.latest) == (
            other.earliest,
            other.latest,
        )

    def __hash__(self) -> int:
        return hash((self.earliest, self.latest))
