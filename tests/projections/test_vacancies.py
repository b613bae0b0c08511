"""Vacancies and completeness that an editor declares, on a day's view."""

from datetime import date
from typing import Any

from msgspec.structs import replace

from projections.fold.occupancy import DayView, on_day, turning_days
from projections.fold.timeline import timeline
from projections.model import FoldClaim, PostSettings
from tests.projections.folding import day, names, settings, told

ADA, BO = "person-ada", "person-bo"
CAME = told("in", ADA, "2020-01-10", date="2020-01-10")


def vacant(*since: str, **more: Any) -> PostSettings:
    return replace(settings(**more), vacancies=tuple(day(each) for each in since))


def ask(on: str, of: PostSettings, *claims: FoldClaim) -> DayView:
    return on_day(timeline(claims, of), of, day(on))


def told_of(view: DayView) -> tuple[str, list[str], list[str]]:
    return view.occupancy, names(view.certain), names(view.possible)


def test_a_vacancy_ends_who_held_the_post_and_speaks_until_somebody_takes_it() -> None:
    of, next_one = vacant("2020-06-01"), told("in", BO, "2020-09-01", date="2020-09-01")

    assert told_of(ask("2020-05-31", of, CAME)) == ("held", [ADA], [])
    assert told_of(ask("2020-06-01", of, CAME)) == ("vacant", [], [])
    assert told_of(ask("2020-08-31", of, CAME, next_one)) == ("vacant", [], [])
    assert told_of(ask("2020-09-01", of, CAME, next_one)) == ("held", [BO], [])
    (membership,) = timeline((CAME,), of)
    assert membership.end is not None
    assert (str(membership.end.date), membership.end.basis) == ("2020-06-01", "said")


def test_of_a_post_of_which_nobody_is_known_a_vacancy_can_be_told() -> None:
    of = vacant("2020-06-01")

    assert ask("2020-05-31", of).occupancy == "unknown"
    assert ask("2020-06-01", of).occupancy == "vacant"


def test_a_vacancy_does_not_last_for_ever() -> None:
    of = vacant("2020-06-01", fresh_for=30)

    assert ask("2020-07-01", of).occupancy == "vacant"
    assert ask("2020-07-02", of).occupancy == "unknown"
    assert {date(2020, 6, 1), date(2020, 7, 2)} <= set(turning_days((), of))


def test_one_who_came_and_went_since_ends_what_a_vacancy_says() -> None:
    of = vacant("2020-06-01")
    claims = (
        told("in", BO, "2020-07-01", date="2020-07-01"),
        told("out", BO, "2020-08-01", date="2020-08-01"),
    )

    assert ask("2020-06-30", of, *claims).occupancy == "vacant"
    assert ask("2020-08-02", of, *claims).occupancy == "unknown"


def test_a_mention_after_a_vacancy_disputes_it() -> None:
    of = vacant("2020-06-01", seats=1)

    assert ask("2020-07-15", of, CAME, told("holds", ADA, "2020-07-10")).occupancy == "disputed"


def test_a_mention_of_somebody_new_reaches_back_to_the_vacancy_and_no_further() -> None:
    of, mention = vacant("2020-06-01"), told("holds", BO, "2020-07-10")

    assert told_of(ask("2020-06-15", of, mention)) == ("vacant", [], [])
    assert told_of(ask("2020-07-10", of, mention)) == ("held", [BO], [])


def test_what_ended_before_the_vacancy_keeps_its_end() -> None:
    out = told("out", ADA, "2020-05-01", date="2020-05-01")

    (membership,) = timeline((CAME, out), vacant("2020-06-01"))

    assert membership.end is not None
    assert str(membership.end.date) == "2020-05-01"


def test_a_list_is_complete_from_the_day_on_for_which_that_was_said() -> None:
    of = replace(settings(), completeness=((day("2020-01-01"), True), (day("2021-01-01"), False)))

    assert [ask(on, of).complete for on in ("2019-12-31", "2020-01-01", "2020-12-31", "2021-01-01")] == [
        False, True, True, False,
    ]  # fmt: skip
    assert turning_days((), of) == (day("2020-01-01"), day("2021-01-01"))


def test_of_several_holdings_of_one_person_a_vacancy_ends_the_last() -> None:
    told_twice = (
        told("in", BO, None, date="2020-01-01", article=None),
        told("holds", BO, None, end="[2020-01-10..]", article=None),
        told("holds", BO, None, start="2020-01-10", article=None),
    )

    first, second = timeline(told_twice, vacant("2020-01-19"))

    assert first.end is not None
    assert second.end is not None
    assert (str(first.end.date), str(second.end.date)) == ("[2020-01-10..]", "2020-01-19")
