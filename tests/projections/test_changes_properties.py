"""What holds of every Change whatever the claims are."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from projections.changes import answer, applied, change, diff
from projections.fold.occupancy import on_day
from projections.fold.timeline import timeline
from projections.kinds import Cause, PostView
from projections.model import FoldClaim, PostSettings
from tests.projections.folding import claim_sets, days, post_settings

common = settings(max_examples=25, deadline=None)

causes = st.builds(
    Cause,
    event=st.sampled_from(
        ["claims.decided", "claims.resolved", "fold.released", "post.changed", "article.received"]
    ),
    decided_by=st.sampled_from(["machine", "editor"]),
    states=st.frozensets(st.sampled_from(["accepted", "proposed", "rejected", "superseded", "withdrawn"])),
    told_on=st.none() | days,
)


@common
@given(claim_sets, claim_sets, post_settings)
def test_the_diff_applied_to_before_gives_after(
    one: list[FoldClaim], other: list[FoldClaim], of: PostSettings
) -> None:
    before, after = timeline(one, of), timeline(other, of)

    assert applied(diff(before, after), before) == after
    assert diff(before, before) == diff((), ())


@common
@given(claim_sets, claim_sets, post_settings, causes, days)
def test_a_change_is_told_exactly_where_something_differs(
    claims: list[FoldClaim], more: list[FoldClaim], of: PostSettings, cause: Cause, today: date
) -> None:
    before = PostView(memberships=timeline(claims, of), settings=of, today=today)
    after = PostView(memberships=timeline([*claims, *more], of), settings=of, today=today)

    found = change(cause, before, after)

    assert (found is None) == (before == after)
    if found is not None:
        difference = diff(before.memberships, after.memberships)
        assert (found.before, found.after) == (difference.before, difference.after)
        views = [on_day(each.memberships, of, today) for each in (before, after)]
        assert found.current_changed == (answer(views[0]) != answer(views[1]))


@common
@given(claim_sets, post_settings)
def test_giving_back_what_was_withdrawn_concerns_the_same_memberships(
    claims: list[FoldClaim], of: PostSettings
) -> None:
    whole = timeline(claims, of)
    for claim in claims[:3]:
        less = timeline([other for other in claims if other is not claim], of)
        there, back = diff(whole, less), diff(less, whole)
        assert (there.before, there.after) == (back.after, back.before)
        assert applied(back, applied(there, whole)) == whole


@common
@given(claim_sets, post_settings, days, days)
def test_the_turn_of_days_moves_nobody_and_tells_what_came_true(
    claims: list[FoldClaim], of: PostSettings, one: date, other: date
) -> None:
    yesterday, today = sorted([one, other])
    memberships = timeline(claims, of)
    before = PostView(memberships=memberships, settings=of, today=yesterday)
    after = PostView(memberships=memberships, settings=of, today=today)

    found = change(Cause(event="clock.day_turned"), before, after)

    if found is not None:
        assert found.before == found.after
        assert set(found.after) <= set(memberships)
        assert found.kind in ("took_office", "left_office", "vacated", "standing")
