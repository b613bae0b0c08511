"""Given the memberships of a post, when a draft says something of a person in it, then this is the verdict."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as bounded
from hypothesis import strategies as st

from events.dates import PartialDate
from projections.checking.verdicts import Judgement, Said, judge
from projections.fold.occupancy import on_day
from projections.fold.timeline import timeline
from projections.model import FoldClaim, PostSettings
from tests.projections.folding import claim_sets, day, post_settings, settings, told

ADA, BO, CY = "person-ada", "person-bo", "person-cy"
DISMISSED = told("out", ADA, "2022-09-24", date="2022-09-24", reason="dismissed", official=True)
SUCCEEDED = told("in", BO, "2022-09-24")
CHANGE = (DISMISSED, SUCCEEDED)


def said(kind: Any, person: str | None, **more: Any) -> Said:
    for name in ("date", "start", "end"):
        if name in more:
            more[name] = PartialDate.parse(more[name])
    return Said(kind=kind, person=person, **more)


def of(
    what: Said,
    *claims: FoldClaim,
    on: str = "2022-10-01",
    seats: int | None = 1,
    basis: Any = "table",
    **more: Any,
) -> Judgement:
    post = settings(seats, basis, **more)
    return judge(what, timeline(claims, post), post, day(on))


@pytest.mark.parametrize(
    ("what", "why"),
    [
        (said("holds", BO), "holds"),
        (said("holds", BO, start="2022-09"), "holds"),
        (said("holds", ADA), "has_left"),
        (said("holds", CY), "held_by_another"),
        (said("holds", None), "held_by_another"),
        (said("holds", BO, capacity="acting"), "not_acting"),
        (said("held", ADA), "held"),
        (said("held", ADA, end="2022"), "held"),
        (said("held", ADA, end="2021"), "other_date"),
        (said("held", BO), "still_in_office"),
        (said("held", CY), "new_to_us"),
        (said("held", None), "unknown_person"),
        (said("in", BO), "took_office"),
        (said("in", BO, date="2022-09-24"), "took_office"),
        (said("in", CY), "new_to_us"),
        (said("in", CY, date="2022-10-01"), "new_to_us"),
        (said("in", ADA), "has_left"),
        (said("in", ADA, date="2022-10-01"), "new_to_us"),
        (said("out", ADA), "left"),
        (said("out", ADA, reason="dismissed", date="2022-09"), "left"),
        (said("out", ADA, reason="resigned"), "other_reason"),
        (said("out", ADA, reason="unknown"), "left"),
        (said("out", ADA, date="2022-09-20"), "other_date"),
        (said("out", BO), "new_to_us"),
        (said("out", CY), "new_to_us"),
        (said("elected", CY), "new_to_us"),
        (said("nominated", BO), "in_office_by_now"),
    ],
)
def test_after_a_dismissal_and_a_succession(what: Said, why: str) -> None:
    assert of(what, *CHANGE).why == why


def test_the_day_before_everything_was_otherwise() -> None:
    assert of(said("holds", ADA), *CHANGE, on="2022-09-23").why == "holds"
    assert of(said("holds", BO), *CHANGE, on="2022-09-23").verdict != "supported"


def test_the_evidence_is_the_persons_own_membership_and_who_holds_the_post_now() -> None:
    left = of(said("holds", ADA), *CHANGE)

    assert (left.verdict, [each.person for each in left.evidence]) == ("outdated", [ADA, BO])


def test_an_acting_holder_is_not_the_minister() -> None:
    acting = told("in", BO, "2022-09-24", date="2022-09-24", capacity="acting")

    assert of(said("holds", BO), acting).why == "only_acting"
    assert of(said("holds", BO, capacity="acting"), acting).why == "holds"


def test_who_was_acting_before_is_outdated_as_acting() -> None:
    claims = (
        told("in", BO, "2022-09-24", date="2022-09-24", capacity="acting"),
        told("out", BO, "2022-09-28", date="2022-09-28", capacity="acting"),
        told("in", BO, "2022-09-28", date="2022-09-28"),
    )

    assert of(said("holds", BO, capacity="acting"), *claims).why == "no_longer_acting"


def test_elected_is_not_in_office() -> None:
    elected = told("elected", CY, "2022-09-24")

    assert of(said("holds", CY), elected, SUCCEEDED).why == "not_yet_in_office"
    assert of(said("elected", CY), elected, SUCCEEDED).why == "awaited"
    assert of(said("nominated", CY), elected, SUCCEEDED).why == "not_confirmed"


def test_where_any_number_may_hold_it_nobody_is_contradicted_by_another() -> None:
    assert of(said("holds", CY), *CHANGE, seats=None).why == "new_to_us"
    assert of(said("holds", CY), *CHANGE, seats=None, complete=True).why == "not_listed"


def test_a_stale_mention_confirms_nobody() -> None:
    mention = told("holds", ADA, "2018-01-10")

    assert of(said("holds", ADA), mention, on="2018-06-01").why == "holds"
    assert of(said("holds", ADA), mention, on="2022-10-01").why == "not_confirmed"


def test_a_newer_holder_of_the_one_seat_makes_the_older_outdated() -> None:
    claims = (told("holds", ADA, "2021-12-01"), told("in", BO, "2022-09-24", date="2022-09-24"))

    assert of(said("holds", ADA), *claims).why == "overtaken"


def test_nothing_is_known_of_an_empty_post() -> None:
    assert of(said("holds", ADA)).why == "new_to_us"
    assert of(said("holds", None)).why == "unknown_person"


@bounded(max_examples=100, deadline=None)
@given(
    claims=claim_sets,
    post=post_settings,
    kind=st.sampled_from(["holds", "held", "in", "out", "elected", "nominated"]),
    which=st.integers(0, 5),
    capacity=st.sampled_from(["substantive", "acting"]),
    on=st.dates(day("2000-01-01"), day("2030-01-01")),
)
def test_a_holder_is_supported_only_where_the_view_has_them_for_certain(
    claims: list[FoldClaim], post: PostSettings, kind: Any, which: int, capacity: Any, on: date
) -> None:
    memberships = timeline(claims, post)
    view = on_day(memberships, post, on)
    people = sorted({each.person for each in memberships})
    person = [*people, CY, None][which % (len(people) + 2)]

    found = judge(Said(kind=kind, person=person, capacity=capacity), memberships, post, on)

    assert {each.person for each in found.evidence} <= set(people)
    if kind == "holds":
        certain = {(each.person, each.capacity) for each in view.certain}
        assert (found.verdict == "supported") == ((person, capacity) in certain)
    if person not in people:
        assert found.verdict != "supported"
