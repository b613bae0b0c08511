"""From when to when a post was vacant, and a membership certain: what a day's view says, over all days. Pure."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from projections.fold.occupancy import DayView
from projections.model import Membership, PostSettings, Value

OnDay = Callable[[Iterable[Membership], PostSettings, date], DayView]


class Vacancy(Value, frozen=True):
    """The days [start, end) on which a post is said to be vacant; `end` None: it still is, as far as was asked."""

    start: date
    end: date | None


def vacancies(
    memberships: Sequence[Membership],
    settings: PostSettings,
    until: date,
    on_day: OnDay,
    turning_days: Sequence[date],
) -> tuple[Vacancy, ...]:
    """The vacancies up to a day, that one included, by the rules that give a day's view and the days it turns on."""
    ends = {each.end.date.latest for each in memberships if each.end is not None}
    begins = sorted(day for day in {*settings.vacancies, *ends} if day is not None and day <= until)
    found: list[Vacancy] = []
    for start in begins:
        over = found[-1].end if found else start
        if over is None or start < over or on_day(memberships, settings, start).occupancy != "vacant":
            continue
        end = next(
            (
                day
                for day in turning_days
                if start < day <= until and on_day(memberships, settings, day).occupancy != "vacant"
            ),
            None,
        )
        found.append(Vacancy(start, end))
    return tuple(found)
