"""A post's timeline as a table: a row a membership or a vacancy, in order of time."""

from collections.abc import Iterator
from datetime import date

from projections.answering.answers import Drawn, TimelineOn
from projections.fold.spans import Vacancy
from projections.model import Endpoint
from service.rendering.cells import Cell, csv_of
from service.rendering.words import membership_in_words

COLUMNS = (
    "entry", "name", "person", "capacity", "in_words",
    "start", "start_earliest", "start_latest", "start_basis",
    "end", "end_earliest", "end_latest", "end_basis",
    "certain_from", "certain_until", "as_of", "certainty", "incoming", "announced",
    "reason", "standing", "checked_by", "first_attested", "last_attested", "on_leave",
    "publishers", "sources", "post", "post_label", "organization",
)  # fmt: skip


def timeline_csv(timeline: TimelineOn) -> bytes:
    """The table. Days are ISO 8601, `start` and `end` EDTF; of both ends and of `certain_until` the day itself is no
    longer held.
    """
    rows: list[tuple[date, list[Cell]]] = [
        (_order(each, timeline.as_of), _membership(each, timeline)) for each in timeline.memberships
    ]
    rows += [(each.start, _vacancy(each, timeline)) for each in timeline.vacancies]
    return csv_of(COLUMNS, (row for _, row in sorted(rows, key=lambda row: row[0])))


def _order(drawn: Drawn, as_of: date) -> date:
    tenure = drawn.tenure
    start = tenure.start.date if tenure.start else None
    days = (start.earliest if start else None, tenure.announced if tenure.incoming else None,
            tenure.first_attested, start.latest if start else None)  # fmt: skip
    return next((day for day in days if day is not None), as_of)


def _membership(drawn: Drawn, timeline: TimelineOn) -> list[Cell]:
    tenure = drawn.tenure
    publishers = dict.fromkeys(claim.publisher for claim in tenure.claims if claim.publisher)
    sources = dict.fromkeys(claim.article_uri for claim in tenure.claims if claim.article_uri)
    certain = drawn.certain or (None, None)
    leaves = "; ".join(f"{leave.start or '..'}/{leave.end or '..'}" for leave in tenure.on_leave)
    return [
        *("membership", tenure.name, tenure.person, tenure.capacity, membership_in_words(drawn)),
        *(*_endpoint(tenure.start), *_endpoint(tenure.end)),
        *(_day(certain[0]), _day(certain[1]), _day(timeline.as_of), drawn.certainty, tenure.incoming),
        *(_day(tenure.announced), tenure.reason, tenure.standing, tenure.checked_by),
        *(_day(tenure.first_attested), _day(tenure.last_attested), leaves),
        *("; ".join(publishers), " ".join(sources), *_post(timeline)),
    ]


def _vacancy(vacancy: Vacancy, timeline: TimelineOn) -> list[Cell]:
    start, end, as_of = _day(vacancy.start), _day(vacancy.end), timeline.as_of
    lasts = vacancy.start <= as_of and (vacancy.end is None or as_of < vacancy.end)
    return [
        *("vacancy", None, None, None, "vacant", start, start, start, None, end, end, end, None),
        *(start, end, _day(as_of), "certain" if lasts else None, *[None] * 9, None, *_post(timeline)),
    ]


def _endpoint(endpoint: Endpoint | None) -> Iterator[Cell]:
    if endpoint is None:
        return iter((None, None, None, None))
    return iter(
        (str(endpoint.date), _day(endpoint.date.earliest), _day(endpoint.date.latest), endpoint.basis)
    )


def _post(timeline: TimelineOn) -> tuple[Cell, ...]:
    return timeline.post.id, timeline.post.label, timeline.post.organization_name


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
