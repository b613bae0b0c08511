"""Dates and memberships in words."""

from collections.abc import Iterable
from datetime import date

from events.dates import PartialDate
from projections.answering.answers import Drawn, Tenure
from projections.model import Endpoint, Leave

MONTHS = (
    "January February March April May June July August September October November December".split()
)  # not the machine's locale
REASONS = {
    "resigned": "resigned",
    "dismissed": "dismissed",
    "retired": "retired",
    "died": "died in office",
    "term_ended": "term ended",
    "moved": "moved to another post",
}
_INFERRED = {
    "paired": "inferred from the predecessor's end",
    "succeeded": "inferred from the successor's start",
    "announced": "the day of the announcement",
}


def day_in_words(day: date) -> str:
    """24 September 2022"""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def date_in_words(date: PartialDate) -> str:
    """2022; September 2022; 24 September 2022; no later than, no earlier than, between."""
    if date.exact is not None:
        return day_in_words(date.exact)
    text = str(date)
    if len(text) == 4:
        return text
    if len(text) == 7:
        return f"{MONTHS[int(text[5:]) - 1]} {text[:4]}"
    if date.earliest is None:
        assert date.latest is not None
        return f"no later than {day_in_words(date.latest)}"
    if date.latest is None:
        return f"no earlier than {day_in_words(date.earliest)}"
    return f"between {day_in_words(date.earliest)} and {day_in_words(date.latest)}"


def joined(parts: Iterable[str]) -> str:
    """a; a and b; a, b and c"""
    listed = list(parts)
    return " and ".join([", ".join(listed[:-1]), listed[-1]] if len(listed) > 1 else listed)


def membership_in_words(drawn: Drawn) -> str:
    """All that a picture shows of a membership but the name: in what capacity, from when until when, how sure."""
    tenure = drawn.tenure
    parts = ["acting"] if tenure.capacity == "acting" else []
    if tenure.incoming is not None:
        parts.append(_candidacy(drawn))
    else:
        parts.append(_time(drawn))
        parts += [REASONS[tenure.reason]] if tenure.reason in REASONS else []
    parts += [_leave_in_words(each) for each in tenure.on_leave]
    if tenure.standing == "disputed":
        parts.append("disputed")
    elif tenure.standing == "single_source":
        parts.append("single source")
    return ", ".join(parts)


def _candidacy(drawn: Drawn) -> str:
    tenure = drawn.tenure
    assert tenure.incoming is not None
    said = {"elected": "elected", "nominated": "nominated", "appointed": "appointed"}[tenure.incoming]
    when = f" {day_in_words(tenure.announced)}" if tenure.announced is not None else ""
    until = f", to take office {date_in_words(tenure.start.date)}" if tenure.start is not None else ""
    return said + when + until


def _time(drawn: Drawn) -> str:
    """When: `A – B` where both are plain dates, else each in words."""
    tenure = drawn.tenure
    start, end = tenure.start, tenure.end
    is_told = start is not None and start.basis != "attested"
    begun = _endpoint(start) if start is not None and is_told else _untold(tenure)
    if end is not None:
        plain = is_told and start is not None and _is_plain(start) and _is_plain(end)
        return f"{begun} – {_endpoint(end)}" if plain else f"{begun}; ended {_endpoint(end)}"
    if drawn.certainty == "incoming":
        return f"to take office {begun}"
    if is_told and start is not None and _is_plain(start):
        begun = f"since {begun}"
    if drawn.certainty != "certain" and tenure.last_attested is not None:
        return f"{begun}; last mentioned {day_in_words(tenure.last_attested)}"
    return begun


def _untold(tenure: Tenure) -> str:
    first = tenure.first_attested or (tenure.start.date.latest if tenure.start else None)
    return f"start not known; first mentioned {day_in_words(first)}" if first else "start not known"


def _is_plain(endpoint: Endpoint) -> bool:
    """Whether it is a day, a month or a year."""
    return not str(endpoint.date).startswith("[")


def _endpoint(endpoint: Endpoint) -> str:
    note = _INFERRED.get(endpoint.basis)
    return date_in_words(endpoint.date) + (f" ({note})" if note else "")


def _leave_in_words(leave: Leave) -> str:
    if leave.start is None and leave.end is None:
        return "on leave"
    start = date_in_words(leave.start) if leave.start else "start not known"
    return f"on leave {start} – {date_in_words(leave.end)}" if leave.end else f"on leave since {start}"
