"""Given what stood before, when an event comes, then the Change says this."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, get_args

import pytest

from events.dates import PartialDate
from projections.changes import MOST_TOLD, ChangeContent, change
from projections.fold.timeline import timeline
from projections.kinds import PRECEDENCE, Cause, PostView, UnknownCause
from projections.model import ChangeKind, FoldClaim
from tests.projections.folding import day, names, settings, told

ADA, BO, CY = "person-ada", "person-bo", "person-cy"
TODAY = "2022-09-30"

IN_ADA = told("in", ADA, "2021-01-10", date="2021-01-10")
OUT_ADA = told("out", ADA, "2022-09-24", date="2022-09-24", official=True)
IN_BO = told("in", BO, "2022-09-24")


def view(
    claims: Iterable[FoldClaim], today: str = TODAY, seats: int | None = 1, basis: Any = "table", **more: Any
) -> PostView:
    of = settings(seats, basis, **more)
    return PostView(memberships=timeline(claims, of), settings=of, today=day(today))


def decided(
    before: Iterable[FoldClaim],
    new: Iterable[FoldClaim],
    event: str = "claims.decided",
    today: str = TODAY,
    seats: int | None = 1,
    basis: Any = "table",
    **cause: Any,
) -> ChangeContent:
    """The change that new claims make, told on the day of the latest of them."""
    before, new = list(before), list(new)
    told_on = max((claim.published for claim in new if claim.published), default=None)
    found = change(
        Cause(event=event, states=frozenset({"accepted"}), told_on=told_on, **cause),
        view(before, today, seats, basis),
        view([*before, *new], today, seats, basis),
    )
    assert found is not None
    return found


def undone(
    before: Iterable[FoldClaim], after: Iterable[FoldClaim], *states: Any, event: str = "claims.decided"
) -> ChangeContent:
    found = change(Cause(event=event, states=frozenset(states)), view(before), view(after))
    assert found is not None
    return found


def turned(claims: Iterable[FoldClaim], yesterday: str, today: str, **of: Any) -> ChangeContent | None:
    claims = list(claims)
    return change(
        Cause(event="clock.day_turned"), view(claims, yesterday, **of), view(claims, today, **of)
    )  # fmt: skip


# The world changed


def test_a_dismissal_and_a_successor_told_together_are_one_change_of_kind_appointed() -> None:
    found = decided([IN_ADA], [OUT_ADA, IN_BO])

    assert (found.kind, found.current_changed) == ("appointed", True)
    assert str(found.effective) == "2022-09-24"
    assert [(each.person, each.end is not None) for each in found.before] == [(ADA, False)]
    assert [(each.person, each.end is not None) for each in found.after] == [(ADA, True), (BO, False)]


def test_the_seed_on_an_empty_post_is_an_appointment_though_years_have_passed() -> None:
    found = decided([], [OUT_ADA, IN_BO], today="2026-11-25")

    assert (found.kind, str(found.effective), found.before) == ("appointed", "2022-09-24", ())
    assert found.current_changed  # BO is the last known holder from now on


@pytest.mark.parametrize(
    ("before", "new", "kind", "effective"),
    [
        ([], [IN_BO], "appointed", "2022-09-24"),
        ([IN_ADA], [told("out", ADA, "2022-09-24", date="2022-09-24")], "left_office", "2022-09-24"),
        ([IN_ADA], [OUT_ADA], "vacated", "2022-09-24"),
        ([], [OUT_ADA], "vacated", "2022-09-24"),
        ([IN_ADA], [told("in", BO, "2022-09-24", capacity="acting")], "acting", "2022-09-24"),
        ([IN_ADA], [told("elected", BO, "2022-09-20", date="2023-01-20")], "elected", "2023-01-20"),
        ([IN_ADA], [told("nominated", BO, "2022-09-20")], "nominated", "2022-09-20"),
        (
            [IN_ADA, told("elected", BO, "2022-08-20")],
            [told("in", BO, "2022-09-20", date="2022-09-20")],
            "took_office",
            "2022-09-20",
        ),
        (
            [IN_ADA, told("nominated", BO, "2022-08-20")],
            [told("in", BO, "2022-09-20", date="2022-09-20")],
            "appointed",
            "2022-09-20",
        ),
        ([told("nominated", BO, "2022-08-20")], [told("elected", BO, "2022-09-20")], "elected", "2022-08-20"),
        # the news comes after a mention that it explains
        (
            [told("holds", BO, "2022-09-26")],
            [told("in", BO, "2022-09-24", date="2022-09-24")],
            "appointed",
            "2022-09-24",
        ),
    ],
)
def test_news_of_the_world(before: list[FoldClaim], new: list[FoldClaim], kind: str, effective: str) -> None:
    found = decided(before, new)

    assert (found.kind, str(found.effective)) == (kind, effective)


def test_what_takes_effect_later_leaves_todays_answer_alone() -> None:
    found = decided([IN_ADA], [told("in", BO, "2022-09-29", date="2022-11-01")])

    assert (found.kind, str(found.effective), found.current_changed) == ("appointed", "2022-11-01", False)


def test_an_editor_who_accepts_news_tells_news() -> None:
    assert decided([IN_ADA], [OUT_ADA, IN_BO], decided_by="editor").kind == "appointed"


# The past and the evidence


@pytest.mark.parametrize(
    ("before", "new", "kind", "effective", "current_changed"),
    [
        ([], [told("holds", ADA, "2022-09-24")], "backfilled", "[..2022-09-24]", True),
        ([], [told("holds", ADA, "2022-09-24", start="2008")], "backfilled", "2008", True),
        ([], [told("held", CY, "2022-09-24", start="2007", end="2011")], "backfilled", "2011", True),
        ([IN_ADA], [told("held", CY, "2022-09-24", start="2007", end="2011")], "backfilled", "2011", False),
        (
            [told("holds", ADA, "2022-09-24")],
            [told("holds", ADA, "2022-09-25", start="2008")],
            "backfilled",
            "2008",
            False,
        ),
        (
            [told("in", ADA, "2022-09-24", background=True)],
            [told("holds", ADA, "2022-09-25", start="2008")],
            "backfilled",
            "2008",
            False,
        ),
        ([IN_ADA], [told("out", ADA, "2022-09-24", date="2021-02")], "backfilled", "2021-02", True),
        ([IN_ADA], [told("in", ADA, "2021-01-20", date="2021-01-14", official=True)], "corrected", "2021-01-14", False),
        ([IN_ADA, OUT_ADA], [told("holds", ADA, "2022-09-29")], "disputed", "None", True),
        ([IN_ADA], [told("holds", ADA, "2022-09-24")], "standing", "None", False),
        ([IN_ADA], [told("in", ADA, "2021-01-11", date="2021-01-10", official=True)], "standing", "None", False),
        ([told("elected", BO, "2022-09-20")], [told("elected", BO, "2022-09-21")], "standing", "None", False),
        # two years of silence are broken: no boundary moves, today's answer does
        ([told("holds", ADA, "2019-01-01")], [told("holds", ADA, "2022-09-29")], "standing", "None", True),
    ],
)  # fmt: skip
def test_the_past_and_the_evidence(
    before: list[FoldClaim], new: list[FoldClaim], kind: str, effective: str, current_changed: bool
) -> None:
    found = decided(before, new)

    assert (found.kind, str(found.effective), found.current_changed) == (kind, effective, current_changed)


def test_nothing_new_is_no_change() -> None:
    assert change(Cause(event="claims.decided"), view([IN_ADA]), view([IN_ADA])) is None


# We corrected ourselves


def test_a_withdrawn_claim_is_a_retraction_dated_where_the_views_part() -> None:
    found = undone([IN_ADA, OUT_ADA, IN_BO], [IN_ADA], "withdrawn")

    assert (found.kind, str(found.effective), found.current_changed) == ("retracted", "2022-09-24", True)
    assert (names(found.before), names(found.after)) == ([ADA, BO], [ADA])


def test_a_revised_article_that_withdraws_and_tells_anew_retracts() -> None:
    anew = told("in", CY, "2022-09-25", date="2022-09-24")

    assert undone([IN_ADA, IN_BO], [IN_ADA, anew], "withdrawn", "accepted").kind == "retracted"


@pytest.mark.parametrize("state", ["rejected", "superseded", "proposed"])
def test_taking_an_accepted_claim_back_is_a_correction(state: str) -> None:
    assert undone([IN_ADA, OUT_ADA], [IN_ADA], state).kind == "corrected"


def test_a_claim_left_for_review_beside_an_accepted_one_does_not_make_news_a_correction() -> None:
    found = change(
        Cause(event="claims.decided", states=frozenset({"accepted", "proposed"}), told_on=day("2022-09-24")),
        view([IN_ADA]),
        view([IN_ADA, OUT_ADA, IN_BO]),
    )

    assert found is not None
    assert found.kind == "appointed"


def test_a_claim_given_to_another_person_is_resolved_and_a_first_resolution_is_news() -> None:
    other = told("in", CY, "2022-09-24")

    assert undone([IN_BO], [other], event="claims.resolved").kind == "resolved"
    assert decided([], [IN_BO], event="claims.resolved").kind == "appointed"
    assert decided([], [IN_BO], event="claims.resolved", decided_by="editor").kind == "resolved"


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("fold.released", "recomputed"),
        ("post.changed", "corrected"),
        ("person.merged", "resolved"),
        ("article.received", "retracted"),
    ],
)
def test_other_events_of_our_own_doing(event: str, kind: str) -> None:
    assert undone([IN_ADA, OUT_ADA], [IN_ADA], event=event).kind == kind


def test_settings_alone_are_a_change_even_where_todays_view_is_the_same() -> None:
    claims = [IN_ADA, told("in", BO, "2022-09-24", date="2022-09-24")]

    seated = change(Cause(event="post.changed"), view(claims), view(claims, basis="editor"))
    fresher = change(Cause(event="post.changed"), view(claims), view(claims, fresh_for=700))

    assert seated is not None
    assert (seated.kind, names(seated.after)) == ("corrected", [ADA])
    assert fresher is not None
    assert (fresher.kind, fresher.current_changed, fresher.after) == ("corrected", False, ())


def test_an_event_that_alters_no_view_is_refused_as_a_cause() -> None:
    with pytest.raises(UnknownCause, match=r"subscription\.created does not alter"):
        undone([IN_ADA], [], event="subscription.created")


# A day turned


def test_an_announced_holder_takes_office_when_the_day_comes() -> None:
    claims = [IN_ADA, told("in", BO, "2022-09-20", date="2022-10-01")]

    assert turned(claims, "2022-09-29", "2022-09-30") is None
    found = turned(claims, "2022-09-30", "2022-10-01", basis="editor")

    assert found is not None
    assert (found.kind, str(found.effective), found.current_changed) == ("took_office", "2022-10-01", True)
    assert found.before == found.after
    assert names(found.after) == [ADA, BO]


def test_a_told_leaving_comes_true_on_its_day_and_leaves_the_seat_vacant_if_official() -> None:
    out = told("out", ADA, "2022-09-20", date="2022-10-01")
    official = told("out", ADA, "2022-09-20", date="2022-10-01", official=True)

    kinds = [
        found.kind if (found := turned([IN_ADA, claim], "2022-09-30", "2022-10-01")) else None
        for claim in (out, official)
    ]

    assert kinds == ["left_office", "vacated"]


def test_a_holder_of_whom_nobody_speaks_grows_stale_one_day() -> None:
    claims = [told("holds", ADA, "2022-09-01")]

    assert turned(claims, "2022-10-01", "2022-10-02", fresh_for=30) == ChangeContent(
        kind="standing",
        current_changed=True,
        effective=PartialDate.on(day("2022-10-02")),
        before=timeline(claims, settings()),
        after=timeline(claims, settings()),
    )


def test_a_dispute_that_grows_stale_is_nobody_leaving() -> None:
    claims = [IN_ADA, OUT_ADA, told("holds", ADA, "2022-10-15")]

    found = turned(claims, "2022-11-14", "2022-11-15", fresh_for=30)

    assert found is not None
    assert (found.kind, found.current_changed) == ("standing", True)


# The documented table


def test_the_table_of_news_in_the_docs_lists_the_kinds_in_their_precedence() -> None:
    text = (Path(__file__).parents[2] / "docs" / "changes.md").read_text()
    news = text.partition("## News")[2].partition("##")[0]

    assert tuple(re.findall(r"^\| ([a-z_]+) \|", news, re.MULTILINE)[1:]) == PRECEDENCE
    assert all(kind in text for kind in get_args(ChangeKind))


# Much at once


def test_a_change_tells_at_most_so_many_memberships_and_the_telling_ones_first() -> None:
    board = [told("held", f"person-{number:03}", "2022-09-24", end="2011") for number in range(40)]
    news = told("in", "person-zoe", "2022-09-24", date="2022-09-24")

    found = decided([], [*board, news], seats=None)

    assert (found.kind, len(found.after)) == ("appointed", MOST_TOLD)
    assert "person-zoe" in names(found.after)
