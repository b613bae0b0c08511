"""Given the memberships of a post, when a day is asked for, then this is the view of it."""

from typing import Any

import pytest

from projections.fold.occupancy import DayView, on_day
from projections.fold.timeline import timeline
from projections.model import FoldClaim
from tests.projections.folding import day, names, settings, told

ADA, BO, CY = "person-ada", "person-bo", "person-cy"


def ask(on: str, *claims: FoldClaim, seats: int | None = None, basis: Any = "table", **more: Any) -> DayView:
    of = settings(seats, basis, **more)
    return on_day(timeline(claims, of), of, day(on))


def told_of(view: DayView) -> tuple[str, list[str], list[str], list[str]]:
    return view.occupancy, names(view.certain), names(view.possible), names(view.incoming)


THE_SEED = (
    told("out", ADA, "2022-09-24", date="2022-09-24", reason="dismissed", official=True),
    told("in", BO, "2022-09-24"),
)


@pytest.mark.parametrize("seats", [None, 1])
def test_the_seed_the_day_before_and_the_day_itself(seats: int | None) -> None:
    before, after = ask("2022-09-23", *THE_SEED, seats=seats), ask("2022-09-24", *THE_SEED, seats=seats)

    assert told_of(before) == ("held", [ADA], [], [])
    assert told_of(after) == ("held", [BO], [], [])
    assert after.complete is False


def test_earlier_days_than_the_eve_of_an_end_are_possible_as_far_as_a_mention_reaches() -> None:
    assert told_of(ask("2022-09-22", *THE_SEED)) == ("unknown", [], [ADA], [])
    assert told_of(ask("2020-09-23", *THE_SEED)) == ("unknown", [], [ADA], [])
    assert told_of(ask("2020-09-22", *THE_SEED)) == ("unknown", [], [], [])


def test_a_partial_start_is_possible_until_its_latest_day_and_a_partial_end_from_its_earliest() -> None:
    claims = (told("held", ADA, "2023-05-01", start="2010", end="2011-09"),)

    assert told_of(ask("2009-12-31", *claims)) == ("unknown", [], [], [])
    assert told_of(ask("2010-01-01", *claims)) == ("unknown", [], [ADA], [])
    assert told_of(ask("2010-12-31", *claims)) == ("held", [ADA], [], [])
    assert told_of(ask("2011-08-31", *claims)) == ("held", [ADA], [], [])
    assert told_of(ask("2011-09-01", *claims)) == ("unknown", [], [ADA], [])
    assert told_of(ask("2011-09-29", *claims)) == ("unknown", [], [ADA], [])
    assert told_of(ask("2011-09-30", *claims)) == ("unknown", [], [], [])


def test_one_called_former_is_placed_on_no_day_unless_seen_on_one() -> None:
    former = told("held", ADA, "2022-09-24")

    assert told_of(ask("2022-09-20", former)) == ("unknown", [], [], [])
    assert told_of(ask("2022-09-20", former, told("holds", ADA, "2022-03-01"))) == ("unknown", [], [ADA], [])


def test_an_attestation_makes_its_day_certain_and_goes_stale() -> None:
    claims = (told("holds", ADA, "2022-03-01"),)

    fresh, stale = ask("2022-03-11", *claims, fresh_for=10), ask("2022-03-12", *claims, fresh_for=10)

    assert told_of(ask("2022-03-01", *claims)) == ("held", [ADA], [], [])
    assert (told_of(fresh), fresh.last_known) == (("held", [ADA], [], []), None)
    assert told_of(stale) == ("unknown", [], [ADA], [])
    assert stale.last_known is not None
    assert stale.last_known.person == ADA


def test_a_later_attestation_bridges_a_silence() -> None:
    claims = (told("holds", ADA, "2012-03-01"), told("holds", ADA, "2022-03-01"))

    assert told_of(ask("2017-01-01", *claims)) == ("held", [ADA], [], [])


def test_the_last_known_holder_is_the_last_one_known_that_day_not_one_of_later() -> None:
    claims = (
        told("held", ADA, "2010-05-01", end="2010-01-01"),
        told("held", BO, "2010-05-01", end="2012-01-01"),
    )

    view = ask("2011-01-01", *claims)

    assert view.occupancy == "unknown"
    assert view.last_known is not None
    assert view.last_known.person == ADA


def test_a_guess_of_one_seat_makes_the_older_holder_possible_and_no_less() -> None:
    claims = (
        told("in", ADA, "2020-01-10", date="2020-01-10"),
        told("in", BO, "2021-06-01", date="2021-06-01"),
    )

    assert told_of(ask("2021-05-31", *claims, seats=1)) == ("held", [ADA], [], [])
    assert told_of(ask("2021-06-01", *claims, seats=1)) == ("held", [BO], [ADA], [])
    assert told_of(ask("2021-06-01", *claims, seats=2)) == ("held", [ADA, BO], [], [])
    assert told_of(ask("2021-06-01", *claims, seats=1, basis="editor")) == ("held", [BO], [], [])


def test_one_seen_after_the_successor_came_shows_the_guess_to_be_wrong() -> None:
    claims = (
        told("in", ADA, "2020-01-10", date="2020-01-10"),
        told("in", BO, "2021-06-01", date="2021-06-01"),
        told("holds", ADA, "2021-07-01"),
    )

    assert told_of(ask("2021-08-01", *claims, seats=1)) == ("held", [ADA, BO], [], [])


def test_an_end_inferred_after_a_long_silence_does_not_make_the_silence_certain() -> None:
    claims = (
        told("in", ADA, "2010-01-10", date="2010-01-10"),
        told("in", BO, "2020-06-01", date="2020-06-01"),
    )

    assert told_of(ask("2011-01-01", *claims, seats=1, basis="editor")) == ("held", [ADA], [], [])
    assert told_of(ask("2015-01-01", *claims, seats=1, basis="editor")) == ("unknown", [], [ADA], [])


def test_one_who_never_took_the_post_up_overtakes_nobody() -> None:
    claims = (
        told("in", ADA, "2020-01-10", date="2020-01-10"),
        told("in", BO, "2021-06-01", date="2021-06-01"),
        told("out", BO, "2021-06-01", date="2021-06-01"),
    )

    assert told_of(ask("2021-06-02", *claims, seats=1)) == ("held", [ADA], [], [])


def test_a_holder_still_called_acting_is_no_dispute() -> None:
    claims = (
        told("in", ADA, "2020-01-10", date="2020-01-10", capacity="acting"),
        told("in", ADA, "2021-06-01", date="2021-06-01"),
        told("holds", ADA, "2021-06-20", capacity="acting"),
    )

    assert ask("2021-06-21", *claims, seats=1).occupancy == "held"


def test_acting_and_substantive_do_not_overtake_each_other() -> None:
    claims = (
        told("in", ADA, "2020-01-10", date="2020-01-10"),
        told("in", BO, "2021-06-01", date="2021-06-01", capacity="acting"),
    )

    assert told_of(ask("2021-06-01", *claims, seats=1)) == ("held", [ADA, BO], [], [])


def test_an_announced_holder_is_incoming_until_the_day() -> None:
    claims = (
        told("in", ADA, "2020-01-10", date="2020-01-10"),
        told("in", BO, "2020-09-20", date="2020-11-01"),
    )

    assert told_of(ask("2020-09-19", *claims, seats=1)) == ("held", [ADA], [], [])
    assert told_of(ask("2020-10-31", *claims, seats=1)) == ("held", [ADA], [], [BO])
    assert ask("2020-10-31", *claims).incoming[0].incoming == "appointed"
    assert told_of(ask("2020-11-01", *claims, seats=1)) == ("held", [BO], [ADA], [])


def test_the_elected_are_incoming_until_they_or_another_take_office_or_silence_falls() -> None:
    elected = told("elected", ADA, "2020-11-04")
    other = told("in", BO, "2021-01-20", date="2021-01-20")

    assert told_of(ask("2020-11-03", elected)) == ("unknown", [], [], [])
    assert told_of(ask("2021-11-04", elected)) == ("unknown", [], [], [ADA])
    assert told_of(ask("2022-11-05", elected)) == ("unknown", [], [], [])
    assert told_of(ask("2021-01-19", elected, other, seats=1)) == ("unknown", [], [], [ADA])
    assert told_of(ask("2021-01-20", elected, other, seats=1)) == ("held", [BO], [], [])
    assert told_of(ask("2021-01-20", elected, other)) == ("held", [BO], [], [ADA])
    earlier = told("in", BO, "2020-01-20", date="2020-01-20")
    assert told_of(ask("2021-01-20", elected, earlier, seats=1)) == ("held", [BO], [], [ADA])


def test_vacant_is_said_officially_of_the_only_seat_and_does_not_last_forever() -> None:
    out = told("out", ADA, "2022-09-24", date="2022-09-24", official=True)

    assert told_of(ask("2022-09-24", out, seats=1)) == ("vacant", [], [], [])
    assert ask("2024-09-24", out, seats=1).occupancy == "unknown"
    assert ask("2022-09-24", out).occupancy == "unknown"
    assert (
        ask("2022-09-24", told("out", ADA, "2022-09-24", date="2022-09-24"), seats=1).occupancy == "unknown"
    )
    assert ask("2022-09-24", out, told("holds", BO, "2022-09-30"), seats=1).occupancy == "unknown"
    by_mention = ask("2022-09-24", told("held", ADA, "2022-09-24", official=True), seats=1)
    assert by_mention.occupancy == "unknown"


def test_an_end_contradicted_by_a_later_mention_is_disputed_from_that_end() -> None:
    claims = (
        told("in", ADA, "2020-01-10", date="2020-01-10"),
        told("out", ADA, "2022-09-24", date="2022-09-24"),
        told("holds", ADA, "2022-10-15"),
    )

    assert told_of(ask("2022-09-23", *claims, seats=1)) == ("held", [ADA], [], [])
    assert told_of(ask("2022-10-01", *claims, seats=1)) == ("disputed", [], [ADA], [])
    assert told_of(ask("2024-10-16", *claims, seats=1))[0] == "unknown"


def test_a_contested_holder_beside_a_certain_one_disputes_only_a_single_seat() -> None:
    claims = (*THE_SEED, told("holds", ADA, "2022-10-15"))

    assert told_of(ask("2022-10-20", *claims, seats=1)) == ("disputed", [BO], [ADA], [])
    assert told_of(ask("2022-10-20", *claims)) == ("held", [BO], [ADA], [])


def test_two_who_hold_an_asserted_single_seat_are_both_only_possible() -> None:
    claims = (
        told("in", ADA, "2022-06-01", date="2022-06-01"),
        told("in", BO, "2022-06-02", date="2022-06-01"),
    )

    assert told_of(ask("2022-06-05", *claims, seats=1, basis="import")) == ("disputed", [], [ADA, BO], [])
    assert told_of(ask("2022-06-05", *claims, seats=1)) == ("held", [ADA, BO], [], [])


def test_a_rival_who_has_left_leaves_the_seat_to_the_other() -> None:
    claims = (
        told("in", ADA, "2022-06-01", date="2022-06-01"),
        told("in", BO, "2022-06-02", date="2022-06-01"),
        told("out", ADA, "2022-07-01", date="2022-07-01"),
    )

    assert told_of(ask("2022-07-02", *claims, seats=1, basis="editor")) == ("held", [BO], [], [])


def test_a_list_is_complete_only_where_that_was_declared() -> None:
    assert ask("2022-09-24", *THE_SEED, complete=True).complete is True
    assert ask("2022-09-24").complete is False
    assert told_of(ask("2022-09-24")) == ("unknown", [], [], [])
