"""Vacancies as spans say of every day what the day's view says of it."""

from datetime import date
from typing import Any

from hypothesis import given, settings

from projections.fold.occupancy import on_day, turning_days
from projections.fold.order import shifted
from projections.fold.presence import Presence
from projections.fold.spans import vacancies
from projections.fold.timeline import timeline
from projections.model import PostSettings
from tests.projections.folding import claim_sets, post_settings

UNTIL = date(2023, 6, 1)


@settings(max_examples=40, deadline=None)
@given(claim_sets, post_settings)
def test_a_day_is_in_a_vacancy_just_where_its_view_is_vacant(claims: Any, of: PostSettings) -> None:
    memberships = timeline(claims, of)
    found = vacancies(memberships, of, UNTIL, on_day, turning_days(memberships, of))

    turns = {day for each in turning_days(memberships, of) for day in (shifted(each, -1), each)}
    for day in {*turns, UNTIL}:
        if day <= UNTIL:
            inside = any(each.start <= day and (each.end is None or day < each.end) for each in found)
            assert inside == (on_day(memberships, of, day).occupancy == "vacant"), day


@settings(max_examples=40, deadline=None)
@given(claim_sets, post_settings)
def test_the_certain_days_are_those_on_which_it_is_certain(claims: Any, of: PostSettings) -> None:
    for each in timeline(claims, of):
        presence = Presence(each, of.fresh_for)
        for day in presence.turning_days():
            inside = presence.certain is not None and presence.certain[0] <= day < presence.certain[1]
            assert inside == presence.is_certain(day)
