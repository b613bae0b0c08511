"""What the lines of a timeline's picture say, and of which days: everything but how it looks."""

from collections.abc import Iterable
from datetime import date
from typing import Literal

import msgspec

from projections.answering.answers import Drawn, TimelineOn
from projections.fold.spans import Vacancy
from service.rendering.words import day_in_words, joined, membership_in_words

Form = Literal["held", "acting", "disputed", "incoming", "vacant"]


class Row(msgspec.Struct, frozen=True):
    """A line of the picture: what it says, and the bar beside it from `first` to `last` (None: to the very right).

    An open side reaches further than anybody said: it has no edge.
    """

    name: str
    detail: str
    form: Form
    first: date
    last: date | None
    opens: bool = False  # the left side is open
    stays_open: bool = False  # the right side is
    certain: tuple[date, date] | None = None  # the part of it that is


def rows_of(timeline: TimelineOn) -> list[Row]:
    """Memberships and vacancies, by the day each begins."""
    rows = [_membership(each, timeline.as_of) for each in timeline.memberships]
    rows += [_vacancy(each) for each in timeline.vacancies]
    return sorted(rows, key=lambda row: row.first)  # stable: otherwise in the order of the timeline


def _membership(drawn: Drawn, as_of: date) -> Row:
    tenure, certain = drawn.tenure, drawn.certain
    start = tenure.start.date if tenure.start else None
    end = tenure.end.date if tenure.end else None
    told = (
        tenure.first_attested,
        start.latest if start else None,
        end.earliest or end.latest if end else None,
        as_of,
    )
    name, detail = tenure.name, membership_in_words(drawn)
    if tenure.incoming is not None:
        begun = _first((tenure.announced, start.earliest if start else None, *told))
        until = end or start
        over = until.latest if until else None
        if over is None and drawn.certainty is None:
            over = tenure.last_attested or as_of
        return Row(name, detail, "incoming", begun, over, stays_open=over is None)
    form: Form = "acting" if tenure.capacity == "acting" else "held"
    if tenure.standing == "disputed":
        form = "disputed"
    if drawn.certainty == "incoming":
        form, certain = "incoming", None
    earliest = start.earliest if start else None
    last = (end.latest or end.earliest) if end else None
    return Row(
        name,
        detail,
        form,
        earliest or _first(told),
        last,
        opens=earliest is None,
        stays_open=end is None or end.latest is None,
        certain=certain,
    )


def _first(days: Iterable[date | None]) -> date:
    return next(day for day in days if day is not None)


def _vacancy(vacancy: Vacancy) -> Row:
    since = day_in_words(vacancy.start)
    detail = f"{since} – {day_in_words(vacancy.end)}" if vacancy.end else f"since {since}"
    return Row("Vacant", detail, "vacant", vacancy.start, vacancy.end, stays_open=vacancy.end is None)


def heading(timeline: TimelineOn) -> str:
    post = timeline.post
    label = post.label[:1].upper() + post.label[1:]
    return f"{label}, {post.organization_name}" if post.organization_name else label


def summary(timeline: TimelineOn) -> str:
    """What was so on the day asked for, in a sentence."""
    certain, possible, coming = (
        [each.tenure.name for each in timeline.memberships if each.certainty == certainty]
        for certainty in ("certain", "possible", "incoming")
    )
    said = {
        "held": f"held by {joined(certain)}",
        "vacant": "vacant",
        "disputed": f"disputed: {joined(certain + possible)}" if certain + possible else "disputed",
        "unknown": f"not known for certain, possibly {joined(possible)}" if possible else "not known",
    }[timeline.occupancy]
    known = f", as known at position {timeline.at_position}" if timeline.at_position is not None else ""
    to_come = f"; to come: {joined(coming)}" if coming else ""
    return f"On {day_in_words(timeline.as_of)}{known}: {said}{to_come}."
