"""Dates said in a sentence, against the day of publication: "on Saturday", "in late June", "March 3", "2012"."""

from datetime import date, timedelta

import msgspec

from events.dates import PartialDate
from events.reading.text import Token

_DAYS = {name: n for n, name in enumerate("monday tuesday wednesday thursday friday saturday sunday".split())}
MONTHS = {
    name: n
    for n, names in enumerate(
        "january:jan february:feb march:mar april:apr may june:jun july:jul august:aug september:sep:sept october:oct "
        "november:nov december:dec".split(),
        start=1,
    )
    for name in names.split(":")
}
_NUMBERS = {name: n for n, name in enumerate("zero one two three four five six seven eight nine ten".split())}
_SPEECH = frozenset("said says told announced reported saying confirmed wrote tweeted statement".split())


class Moment(msgspec.Struct, frozen=True):
    """A date and where it is said, tokens [start, end)."""

    date: PartialDate
    start: int
    end: int
    of_speech: bool  # it is the day somebody said something: "the company said on Monday"


def moments(tokens: list[Token], published: date | None, *, past: bool) -> list[Moment]:
    """The dates of a sentence, left to right. `past`: weekdays and months without a year lie behind."""
    found: list[Moment] = []
    place = 0
    while place < len(tokens):
        read = _at(tokens, place, published, past=past)
        if read is None:
            place += 1
            continue
        moment, end = read
        start = place
        before = tokens[place - 1].low if place else ""
        if before in ("on", "in", "effective", "late", "early", "since", "from", "of", "last", "next"):
            start -= 1
        spoken = (start > 0 and tokens[start - 1].low in _SPEECH) or (
            start > 1 and tokens[start - 2].low in _SPEECH
        )
        found.append(Moment(moment, start, end, spoken))
        place = end
    return found


def _at(
    tokens: list[Token], place: int, published: date | None, *, past: bool
) -> tuple[PartialDate, int] | None:
    token = tokens[place]
    low = token.low
    before = tokens[place - 1].low if place else ""
    if before in ("effective", "starting", "beginning", "from"):
        past = False
    if low in _DAYS and token.capital:
        if published is None:
            return None
        return PartialDate.on(_weekday(_DAYS[low], published, before, past=past)), place + 1
    if low.rstrip(".") in MONTHS and (token.capital or low == "march") and token.text != "may":
        return _month(tokens, place, published, past=past)
    if low in ("today", "yesterday", "tomorrow") and published is not None:
        step = {"today": 0, "yesterday": -1, "tomorrow": 1}[low]
        return PartialDate.on(published + timedelta(days=step)), place + 1
    if (
        token.text.isdigit()
        and len(low) == 4
        and 1850 < int(low) < 2100
        and before
        in (
            "in",
            "since",
            "of",
            "early",
            "late",
            "by",
            "from",
            "until",
            "until",
            "during",
            "mid-",
        )
    ):
        return PartialDate.parse(low), place + 1
    if low.isdigit() and place + 1 < len(tokens) and tokens[place + 1].low in MONTHS and int(low) < 32:
        following = tokens[place + 2].low if place + 2 < len(tokens) else ""
        if following.isdigit() and len(following) == 4:
            return _day(int(following), MONTHS[tokens[place + 1].low], int(low), place + 3)
        return _yearless(MONTHS[tokens[place + 1].low], int(low), published, place + 2, past=past)
    if published is None:
        return None
    second = tokens[place - 2].low if place > 1 else ""
    third = tokens[place - 3].low if place > 2 else ""
    if low in ("month", "year") and before == "the" and second == "of" and third == "end":
        return PartialDate.parse(
            f"{published.year}" + (f"-{published.month:02d}" if low == "month" else "")
        ), place + 1
    if low in ("month", "year", "week") and before in ("last", "next", "this"):
        step = {"last": -1, "next": 1, "this": 0}[before]
        if low == "year":
            return PartialDate.parse(f"{published.year + step}"), place + 1
        if low == "month":
            month = published.year * 12 + published.month - 1 + step
            return PartialDate.parse(f"{month // 12:04d}-{month % 12 + 1:02d}"), place + 1
        return None
    if low in ("day", "days", "week", "weeks", "year", "years") and place + 1 < len(tokens):
        return _distance(tokens, place, published)
    return None


def _weekday(day: int, published: date, before: str, *, past: bool) -> date:
    """On a Saturday "Saturday" is that day; otherwise the nearest in the direction told."""
    behind = (published.weekday() - day) % 7
    if before == "next":
        return published + timedelta(days=(7 - behind) if behind else 7)
    if before == "last":
        return published - timedelta(days=behind or 7)
    if past:
        return published - timedelta(days=behind)
    return published + timedelta(days=(7 - behind) % 7)


def _month(
    tokens: list[Token], place: int, published: date | None, *, past: bool
) -> tuple[PartialDate, int] | None:
    month = MONTHS[tokens[place].low.rstrip(".")]
    following = tokens[place + 1].low if place + 1 < len(tokens) else ""
    if following == "." and place + 2 < len(tokens):
        following, place = tokens[place + 2].low, place + 1
    number = following.rstrip("stndrh")
    if number.isdigit() and len(number) < 3:
        end = place + 2
        if end < len(tokens) and tokens[end].text == ",":
            end += 1
        year = tokens[end].low if end < len(tokens) else ""
        if year.isdigit() and len(year) == 4:
            return _day(int(year), month, int(number), end + 1)
        return _yearless(month, int(number), published, place + 2, past=past)
    if number.isdigit() and len(number) == 4:
        return PartialDate.parse(f"{number}-{month:02d}"), place + 2
    if following == "," and place + 2 < len(tokens) and tokens[place + 2].text.isdigit():
        year = tokens[place + 2].text
        if len(year) == 4:
            return PartialDate.parse(f"{year}-{month:02d}"), place + 3  # "in January, 1984"
    before = tokens[place - 1].low if place else ""
    if before not in (
        "in",
        "late",
        "early",
        "last",
        "next",
        "since",
        "until",
        "mid-",
        "this",
        "from",
        "to",
        "of",
        "by",
    ):
        return None
    if published is None:
        return None
    year_ = published.year
    if past or before == "last":
        year_ -= month > published.month or (before == "last" and month == published.month)
    else:
        year_ += month < published.month
    return PartialDate.parse(f"{year_:04d}-{month:02d}"), place + 1


def _day(year: int, month: int, day: int, end: int) -> tuple[PartialDate, int] | None:
    try:
        return PartialDate.on(date(year, month, day)), end
    except ValueError:
        return None


def _yearless(
    month: int, day: int, published: date | None, end: int, *, past: bool
) -> tuple[PartialDate, int] | None:
    if published is None:
        return None
    read = _day(published.year, month, day, end)
    if read is None or read[0].exact is None:
        return None
    ahead = (read[0].exact - published).days
    if past and ahead > 45:
        return _day(published.year - 1, month, day, end)
    if not past and ahead < -90:
        return _day(published.year + 1, month, day, end)
    return read


def _distance(tokens: list[Token], place: int, published: date) -> tuple[PartialDate, int] | None:
    """ "eight days ago", "two days later" """
    if tokens[place + 1].low != "ago" or not place:
        return None
    number = tokens[place - 1].low
    count = _NUMBERS.get(
        number, int(number) if number.isdigit() and len(number) < 3 else 1 if number in ("a", "an") else None
    )
    if count is None:
        return None
    unit = tokens[place].low.rstrip("s")
    if unit == "day":
        return PartialDate.on(published - timedelta(days=count)), place + 2
    if unit == "year":
        return PartialDate.parse(f"{published.year - count:04d}"), place + 2
    return None
