"""Given some accepted claims, when they are folded, then these are the memberships."""

from typing import Any

from projections.fold.timeline import timeline
from projections.model import FoldClaim, Membership
from tests.projections.folding import day, names, settings, told

ADA, BO, CY = "person-ada", "person-bo", "person-cy"


def fold(*claims: FoldClaim, seats: int | None = None, basis: Any = "table") -> tuple[Membership, ...]:
    return timeline(claims, settings(seats, basis))


def span(membership: Membership) -> str:
    """`start (basis) .. end (basis)`, a question mark for a start that nobody told."""
    start = f"{membership.start.date} ({membership.start.basis})" if membership.start else "?"
    end = f"{membership.end.date} ({membership.end.basis})" if membership.end else "still"
    return f"{start} .. {end}"


def spans(memberships: tuple[Membership, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in memberships:
        name = each.person.removeprefix("person-") + (" acting" if each.capacity == "acting" else "")
        found.setdefault(name, []).append(span(each))
    return found


# One claim


def test_no_claims_give_no_memberships() -> None:
    assert fold() == ()


def test_a_dated_in_opens_a_holding_on_its_day() -> None:
    (ada,) = fold(told("in", ADA, "2022-09-26", date="2022-09-24"))

    assert span(ada) == "2022-09-24 (said) .. still"
    assert ada.announced == day("2022-09-26")


def test_an_undated_in_stands_in_with_the_day_it_was_announced() -> None:
    assert spans(fold(told("in", ADA, "2022-09-24"))) == {"ada": ["2022-09-24 (announced) .. still"]}


def test_an_undated_in_that_is_recalled_began_no_later_than_that() -> None:
    assert spans(fold(told("in", ADA, "2022-09-24", background=True))) == {
        "ada": ["[..2022-09-24] (attested) .. still"]
    }


def test_a_holding_known_only_by_its_dated_end_was_held_the_day_before() -> None:
    (ada,) = fold(told("out", ADA, "2022-09-25", date="2022-09-24", reason="dismissed"))

    assert span(ada) == "? .. 2022-09-24 (said)"
    assert (ada.first_attested, ada.last_attested) == (day("2022-09-23"), day("2022-09-23"))
    assert ada.reason == "dismissed"


def test_an_end_known_to_the_month_attests_no_day_unless_the_start_is_known() -> None:
    (alone,) = fold(told("out", ADA, "2022-10-25", date="2022-09"))
    (since,) = fold(told("held", ADA, "2022-10-25", start="2010", end="2022-09"))

    assert alone.last_attested is None
    assert since.last_attested == day("2022-08-31")


def test_a_holder_said_to_hold_until_a_day_that_is_past_is_no_contradiction() -> None:
    (ada,) = fold(told("holds", ADA, "2022-09-24", end="2020-05-01"))

    assert (span(ada), ada.standing) == ("? .. 2020-05-01 (said)", "single_source")


def test_an_undated_out_ends_on_the_day_it_was_announced_or_before_if_recalled() -> None:
    assert spans(fold(told("out", ADA, "2022-09-24"))) == {"ada": ["? .. 2022-09-24 (announced)"]}
    assert spans(fold(told("out", ADA, "2022-09-24", background=True))) == {
        "ada": ["? .. [..2022-09-24] (attested)"]
    }


def test_a_mention_attests_its_day_and_takes_a_told_start() -> None:
    (ada,) = fold(told("holds", ADA, "2022-09-24"))
    (since,) = fold(told("holds", ADA, "2022-09-24", start="2008"))

    assert (span(ada), ada.first_attested, ada.last_attested) == (
        "? .. still",
        day("2022-09-24"),
        day("2022-09-24"),
    )
    assert span(since) == "2008 (said) .. still"


def test_a_former_holding_ended_when_told_or_before_it_was_mentioned() -> None:
    assert spans(fold(told("held", ADA, "2022-09-24"))) == {"ada": ["? .. [..2022-09-24] (attested)"]}
    assert spans(fold(told("held", ADA, "2022-09-24", start="2007", end="2011"))) == {
        "ada": ["2007 (said) .. 2011 (said)"]
    }


def test_a_start_told_after_the_end_is_not_believed() -> None:
    assert spans(fold(told("held", ADA, "2022-09-24", start="2012", end="2011"))) == {
        "ada": ["? .. 2011 (said)"]
    }


def test_the_elected_and_the_nominated_are_incoming_and_hold_nothing() -> None:
    ada, bo = fold(told("elected", ADA, "2022-11-08"), told("nominated", BO, "2022-11-09"))

    assert (ada.incoming, bo.incoming) == ("elected", "nominated")
    assert fold(told("elected", CY, "2022-11-08", background=True)) == ()


# The news of the seed, in its own terms: one leaves on a Saturday, "he will be replaced by" another


def test_the_seed_one_is_dismissed_and_the_other_starts_at_that_end() -> None:
    ada, bo = fold(
        told("out", ADA, "2022-09-24", date="2022-09-24", reason="dismissed", official=True),
        told("in", BO, "2022-09-24"),
    )

    assert (span(ada), ada.reason, ada.standing) == ("? .. 2022-09-24 (said)", "dismissed", "official")
    assert (span(bo), bo.standing) == ("2022-09-24 (paired) .. still", "single_source")


def test_an_in_is_paired_only_with_an_out_of_the_same_article_and_the_same_telling() -> None:
    out = told("out", ADA, "2022-09-24", date="2022-09-20")

    elsewhere = fold(out, told("in", BO, "2022-09-24", article="article-other"))
    recalled = fold(out, told("in", BO, "2022-09-24", background=True))
    of_two = fold(out, told("out", CY, "2022-09-24", date="2022-09-21"), told("in", BO, "2022-09-24"))

    assert spans(elsewhere)["bo"] == ["2022-09-24 (announced) .. still"]
    assert spans(recalled)["bo"] == ["[..2022-09-24] (attested) .. still"]
    assert spans(of_two)["bo"] == ["2022-09-24 (announced) .. still"]


def test_one_whose_successor_the_same_article_dates_goes_when_that_one_comes() -> None:
    assert spans(fold(told("out", ADA, "2022-09-24"), told("in", BO, "2022-09-24", date="2022-10-01"))) == {
        "ada": ["? .. 2022-10-01 (paired)"],
        "bo": ["2022-10-01 (said) .. still"],
    }
    assert spans(fold(told("out", ADA, "2022-09-24"), told("in", BO, "2022-09-24", date="2022-09-20"))) == {
        "ada": ["? .. 2022-09-20 (paired)"],
        "bo": ["2022-09-20 (said) .. still"],
    }


# Several claims of one person


def test_several_attestations_merge_into_one() -> None:
    (ada,) = fold(
        told("holds", ADA, "2022-03-01"),
        told("in", ADA, "2020-01-02", date="2020-01-02"),
        told("holds", ADA, "2021-07-04", origin="publisher-gazette"),
    )

    assert span(ada) == "2020-01-02 (said) .. still"
    assert (ada.first_attested, ada.last_attested) == (day("2021-07-04"), day("2022-03-01"))
    assert len(ada.claims) == 3


def test_two_reports_of_one_turn_are_one_and_the_told_day_beats_the_announced() -> None:
    assert spans(
        fold(told("in", ADA, "2022-09-20"), told("in", ADA, "2022-09-25", date="2022-11-01"))
    ) == {"ada": ["2022-11-01 (said) .. still"]}  # fmt: skip
    assert spans(
        fold(told("out", ADA, "2022-09-20"), told("out", ADA, "2022-09-25", date="2022-12-31"))
    ) == {"ada": ["? .. 2022-12-31 (said)"]}  # fmt: skip
    assert spans(
        fold(
            told("out", ADA, "2022-09-20", date="2022-09-19"),
            told("out", ADA, "2022-09-25", date="2022-09-21", official=True),
        )
    ) == {"ada": ["? .. 2022-09-21 (said)"]}


def test_a_holder_called_former_days_before_the_told_end_left_once() -> None:
    assert spans(
        fold(told("held", ADA, "2022-09-20"), told("out", ADA, "2022-09-25", date="2022-09-24"))
    ) == {"ada": ["? .. 2022-09-24 (said)"]}  # fmt: skip


def test_news_of_an_appointment_long_after_the_start_attests_its_day() -> None:
    (ada,) = fold(told("in", ADA, "2010-01-10", date="2010-01-10"), told("in", ADA, "2019-01-10"))

    assert (span(ada), ada.last_attested) == ("2010-01-10 (said) .. still", day("2019-01-10"))


def test_the_more_precise_of_two_agreeing_days_is_taken() -> None:
    assert spans(
        fold(
            told("in", ADA, "2022-12-20", date="2022-09", official=True),
            told("in", ADA, "2022-09-25", date="2022-09-24"),
        )
    ) == {"ada": ["2022-09-24 (said) .. still"]}


def test_an_earlier_mention_moves_an_announced_start_back() -> None:
    assert spans(fold(told("holds", ADA, "2022-03-01"), told("in", ADA, "2022-06-01"))) == {
        "ada": ["[..2022-03-01] (attested) .. still"]
    }


def test_the_same_person_again_after_an_end_is_a_second_holding() -> None:
    assert spans(
        fold(
            told("in", ADA, "2010-01-01", date="2010-01-01"),
            told("out", ADA, "2014-01-01", date="2014-01-01"),
            told("in", ADA, "2019-01-01", date="2019-01-01"),
        )
    ) == {"ada": ["2010-01-01 (said) .. 2014-01-01 (said)", "2019-01-01 (said) .. still"]}


def test_one_seen_in_the_post_who_starts_in_it_later_had_left_in_between() -> None:
    assert spans(
        fold(told("holds", ADA, "2012-01-01"), told("in", ADA, "2019-01-01", date="2019-01-01"))
    ) == {"ada": ["? .. [2012-01-02..2019-01-01] (attested)", "2019-01-01 (said) .. still"]}


def test_mentions_between_the_announcement_and_the_start_are_of_one_to_come() -> None:
    (ada,) = fold(told("in", ADA, "2022-09-20", date="2022-11-01"), told("holds", ADA, "2022-10-03"))

    assert (span(ada), ada.first_attested, ada.announced) == (
        "2022-11-01 (said) .. still",
        None,
        day("2022-09-20"),
    )


def test_a_year_told_for_the_first_end_and_a_day_for_the_second_start_keep_their_order() -> None:
    assert spans(
        fold(
            told("held", ADA, "2023-05-01", start="2010", end="2022"),
            told("in", ADA, "2022-11-01", date="2022-11-01"),
        )
    ) == {"ada": ["2010 (said) .. 2022 (said)", "2022-11-01 (said) .. still"]}


def test_who_ends_and_starts_on_one_day_came_again_if_there_before_else_never_took_it_up() -> None:
    turn = (
        told("in", ADA, "2022-09-24", date="2022-09-24"),
        told("out", ADA, "2022-09-24", date="2022-09-24"),
    )

    assert spans(fold(*turn)) == {"ada": ["2022-09-24 (said) .. 2022-09-24 (said)"]}
    assert spans(fold(told("holds", ADA, "2022-01-01"), *turn)) == {
        "ada": ["? .. 2022-09-24 (said)", "2022-09-24 (said) .. still"]
    }


def test_news_of_the_leaving_may_still_name_the_one_who_left() -> None:
    (ada,) = fold(
        told("out", ADA, "2022-09-24", date="2022-09-24"),
        told("holds", ADA, "2022-09-24", origin="publisher-gazette"),
    )

    assert (ada.standing, ada.last_attested) == ("corroborated", day("2022-09-23"))


def test_a_mention_after_the_end_disputes_it_unless_it_merely_recalls() -> None:
    out = told("out", ADA, "2022-09-24", date="2022-09-24", official=True)

    (news,) = fold(out, told("holds", ADA, "2022-10-15"))
    (recalled,) = fold(out, told("holds", ADA, "2022-10-15", background=True))
    back = fold(
        out, told("in", ADA, "2022-10-01", date="2022-10-01"), told("holds", ADA, "2022-10-15")
    )  # fmt: skip

    assert (news.standing, news.last_attested) == ("disputed", day("2022-10-15"))
    assert (recalled.standing, recalled.last_attested) == ("official", day("2022-09-23"))
    assert [each.standing for each in back] == ["official", "single_source"]


def test_a_former_holder_by_mention_is_the_one_whose_end_is_known() -> None:
    (ada,) = fold(
        told("held", ADA, "2020-01-01", start="2010-05-01", end="2015-05-01"), told("held", ADA, "2021-01-01")
    )

    assert span(ada) == "2010-05-01 (said) .. 2015-05-01 (said)"
    assert len(ada.claims) == 2


# Capacity, seats


def test_acting_and_substantive_are_apart_and_the_substantive_start_ends_the_acting() -> None:
    assert spans(
        fold(
            told("in", ADA, "2022-01-10", date="2022-01-10", capacity="acting"),
            told("in", ADA, "2022-06-01", date="2022-06-01"),
        )
    ) == {
        "ada acting": ["2022-01-10 (said) .. 2022-06-01 (succeeded)"],
        "ada": ["2022-06-01 (said) .. still"],
    }


def test_an_asserted_seat_is_taken_from_the_predecessor() -> None:
    claims = (
        told("in", ADA, "2020-01-10", date="2020-01-10"),
        told("in", BO, "2022-06-01", date="2022-06-01"),
        told("in", CY, "2023-06-01", date="2023-06-01", capacity="acting"),
    )

    for basis in ("editor", "import"):
        assert spans(fold(*claims, seats=1, basis=basis)) == {
            "ada": ["2020-01-10 (said) .. 2022-06-01 (succeeded)"],
            "bo": ["2022-06-01 (said) .. still"],
            "cy acting": ["2023-06-01 (said) .. still"],
        }
    for seats, basis in ((1, "table"), (2, "editor"), (None, "editor")):
        assert spans(fold(*claims, seats=seats, basis=basis))["ada"] == ["2020-01-10 (said) .. still"]


def test_a_mention_of_another_ends_nobody() -> None:
    assert spans(
        fold(told("holds", ADA, "2020-01-10"), told("holds", BO, "2021-01-10"), seats=1, basis="editor")
    ) == {"ada": ["? .. still"], "bo": ["? .. still"]}


def test_a_mention_after_the_successor_came_disputes_the_end() -> None:
    ada, bo = fold(
        told("holds", ADA, "2020-01-10"),
        told("in", BO, "2021-01-10", date="2021-01-10"),
        told("holds", ADA, "2021-03-01"),
        seats=1,
        basis="editor",
    )

    assert (span(ada), ada.standing) == ("? .. 2021-01-10 (succeeded)", "disputed")
    assert bo.standing == "single_source"


def test_the_paper_of_the_day_may_still_name_the_predecessor() -> None:
    ada, _ = fold(
        told("holds", ADA, "2021-01-10"),
        told("in", BO, "2021-01-10", date="2021-01-10"),
        told("holds", ADA, "2020-06-01"),
        seats=1,
        basis="editor",
    )

    assert (ada.standing, ada.last_attested) == ("single_source", day("2021-01-09"))


def test_two_who_take_the_one_seat_on_one_day_are_disputed() -> None:
    claims = (
        told("in", ADA, "2022-06-01", date="2022-06-01"),
        told("in", BO, "2022-06-02", date="2022-06-01"),
    )

    assert [each.standing for each in fold(*claims, seats=1, basis="editor")] == ["disputed", "disputed"]
    assert [each.standing for each in fold(*claims, seats=1)] == ["single_source", "single_source"]


def test_one_who_never_took_the_seat_up_takes_it_from_nobody() -> None:
    assert spans(
        fold(
            told("in", ADA, "2020-01-10", date="2020-01-10"),
            told("in", BO, "2022-06-01", date="2022-06-01"),
            told("out", BO, "2022-06-01", date="2022-06-01"),
            seats=1,
            basis="editor",
        )
    )["ada"] == ["2020-01-10 (said) .. still"]


# Standing


def test_standing_is_official_or_counts_origins_and_an_editor_shows() -> None:
    one = told("in", ADA, "2022-06-01", date="2022-06-01")
    same_wire = told("in", ADA, "2022-06-01", date="2022-06-01", claim_id="claim-copy")
    other = told("in", ADA, "2022-06-01", date="2022-06-01", origin="Gazette")
    spoken = told("in", ADA, "2022-06-02", date="2022-06-01", official=True, checked_by="editor")

    assert [fold(*claims)[0].standing for claims in ((one, same_wire), (one, other), (one, spoken))] == [
        "single_source",
        "corroborated",
        "official",
    ]
    assert [fold(*claims)[0].checked_by for claims in ((one, other), (one, spoken))] == ["machine", "editor"]


# Incoming


def test_being_incoming_ends_where_the_office_is_taken() -> None:
    elected, holds = fold(
        told("elected", ADA, "2020-11-04"), told("in", ADA, "2021-01-20", date="2021-01-20")
    )

    assert (elected.incoming, span(elected)) == ("elected", "? .. 2021-01-20 (said)")
    assert (holds.incoming, span(holds)) == (None, "2021-01-20 (said) .. still")


def test_an_earlier_term_does_not_end_being_incoming() -> None:
    before, again = fold(
        told("held", ADA, "2015-01-01", start="2010-01-20", end="2014-01-20"),
        told("elected", ADA, "2020-11-04"),
    )

    assert span(before) == "2010-01-20 (said) .. 2014-01-20 (said)"
    assert (again.incoming, again.end) == ("elected", None)


def test_the_reelected_holder_is_not_incoming_and_the_acting_nominee_is() -> None:
    reelected = fold(told("in", ADA, "2016-11-01", date="2016-11-01"), told("elected", ADA, "2020-11-04"))
    acting = fold(
        told("in", ADA, "2022-01-10", date="2022-01-10", capacity="acting"),
        told("nominated", ADA, "2022-03-01"),
    )

    assert [each.incoming for each in reelected] == [None]
    assert [(each.capacity, each.incoming) for each in acting] == [
        ("acting", None),
        ("substantive", "nominated"),
    ]


def test_a_second_election_years_later_is_another_one() -> None:
    assert [
        (each.incoming, each.announced)
        for each in fold(
            told("nominated", ADA, "2014-10-01"),
            told("elected", ADA, "2014-11-04"),
            told("elected", ADA, "2020-11-04"),
        )
    ] == [("elected", day("2014-10-01")), ("elected", day("2020-11-04"))]


def test_claims_without_any_day_place_the_holder_and_no_more() -> None:
    (ada,) = fold(told("holds", ADA, None))

    assert (span(ada), ada.first_attested, ada.announced) == ("? .. still", None, None)
    assert fold(told("out", ADA, None), told("held", BO, None), told("elected", CY, None)) == ()


def test_memberships_come_in_order_of_their_days() -> None:
    assert names(
        fold(
            told("in", CY, "2022-06-01", date="2022-06-01"),
            told("holds", ADA, "2021-06-01"),
            told("out", BO, "2021-09-01", date="2021-09-01"),
        )
    ) == [ADA, BO, CY]
