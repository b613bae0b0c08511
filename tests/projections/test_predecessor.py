"""Whom a holder followed: the one who left on the very day, if that leaves no doubt."""

from typing import Any

from hypothesis import given

from projections.fold.predecessor import predecessors
from projections.fold.timeline import timeline
from tests.projections.folding import claim_sets, post_settings, settings, told


def followed(*claims: Any) -> list[tuple[str, str]]:
    held = timeline(claims, settings())
    return sorted((after.person, before.person) for after, before in predecessors(held).items())


def held(person: str, start: str, end: str | None, **more: Any) -> Any:
    return told("held" if end else "holds", person, "2024-06-01", start=start, end=end, **more)


def test_the_one_who_left_on_the_day_on_which_another_came_is_followed() -> None:
    assert followed(held("ada", "2019-03-01", "2023-03-01"), held("bo", "2023-03-01", None)) == [
        ("bo", "ada")
    ]


def test_where_two_left_or_two_came_on_one_day_nobody_knows_who_followed_whom() -> None:
    ada, bo = held("ada", "2019-03-01", "2023-03-01"), held("bo", "2018-03-01", "2023-03-01")
    assert followed(ada, bo, held("cy", "2023-03-01", None)) == []
    assert followed(ada, held("bo", "2023-03-01", None), held("cy", "2023-03-01", None)) == []


def test_one_who_acts_follows_the_holder_and_of_several_those_in_the_same_capacity_follow_each_other() -> (
    None
):
    ada, cy = (
        held("ada", "2019-03-01", "2023-03-01"),
        held("cy", "2023-03-01", "2023-04-01", capacity="acting"),
    )
    assert followed(ada, cy) == [("cy", "ada")]
    assert followed(ada, cy, held("bo", "2023-03-01", None)) == [("bo", "ada")]


def test_a_gap_or_a_day_that_is_not_exact_tells_nothing() -> None:
    assert followed(held("ada", "2019-03-01", "2023-03-01"), held("bo", "2023-03-02", None)) == []
    assert followed(held("ada", "2019-03-01", "2023-03"), held("bo", "2023-03", None)) == []


@given(claim_sets, post_settings)
def test_nobody_follows_themselves_or_two_and_days_meet(claims: Any, of: Any) -> None:
    found = predecessors(timeline(claims, of))

    assert len(set(found.values())) == len(found)
    for after, before in found.items():
        assert after.person != before.person
        assert after.start is not None
        assert before.end is not None
        assert after.start.date == before.end.date
