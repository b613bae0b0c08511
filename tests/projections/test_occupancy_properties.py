"""What holds of every day's view whatever the claims are."""

from datetime import date, timedelta

from hypothesis import given, settings

from projections.fold.occupancy import on_day, turning_days
from projections.fold.timeline import timeline
from projections.model import FoldClaim, PostSettings
from tests.projections.folding import claim_sets, days, post_settings

common = settings(max_examples=25, deadline=None)


@common
@given(claim_sets, post_settings, days)
def test_certain_means_begun_at_the_latest_and_not_ended_at_the_earliest(
    claims: list[FoldClaim], of: PostSettings, day: date
) -> None:
    view = on_day(timeline(claims, of), of, day)

    for each in view.certain:
        attested = each.first_attested is not None and each.first_attested <= day
        begun = (
            each.start is not None and each.start.date.latest is not None and each.start.date.latest <= day
        )
        assert attested or begun
        signs = [each.last_attested, each.start.date.latest if each.start else None]
        assert day <= max(sign for sign in signs if sign) + timedelta(days=of.fresh_for)
        if each.end and each.end.date.exact:
            assert day < each.end.date.exact


@common
@given(claim_sets, post_settings, days)
def test_a_holder_stands_in_one_list_only_and_occupancy_agrees_with_the_lists(
    claims: list[FoldClaim], of: PostSettings, day: date
) -> None:
    view = on_day(timeline(claims, of), of, day)

    holders = [(each.person, each.capacity) for each in (*view.certain, *view.possible)]
    assert len(holders) == len(set(holders))
    assert all(each.incoming is None for each in (*view.certain, *view.possible))
    assert all(each.incoming is not None for each in view.incoming)
    assert not (view.occupancy == "held" and not view.certain)
    assert not (view.occupancy == "vacant" and holders)
    assert view.last_known is None or view.occupancy == "unknown"


@common
@given(claim_sets, days)
def test_a_mention_makes_its_day_certain_where_nothing_contradicts_it(
    claims: list[FoldClaim], day: date
) -> None:
    of = PostSettings(post="post-a", seats=None, seats_basis="table", fresh_for=30)
    holds = [claim for claim in claims if claim.kind == "holds" and claim.start is None and claim.end is None]

    memberships = timeline(holds, of)

    for claim in holds:
        if claim.published is not None:
            certain = on_day(memberships, of, claim.published).certain
            assert (claim.person, claim.capacity) in {(each.person, each.capacity) for each in certain}


@common
@given(claim_sets, post_settings, days)
def test_between_turning_days_the_view_stays(claims: list[FoldClaim], of: PostSettings, day: date) -> None:
    memberships = timeline(claims, of)
    turning = turning_days(memberships, of)

    for after in (day + timedelta(days=offset) for offset in range(1, 20)):
        if after not in turning:
            assert on_day(memberships, of, after) == on_day(memberships, of, after - timedelta(days=1))


@common
@given(claim_sets, days)
def test_longer_freshness_never_makes_a_holder_less_certain(claims: list[FoldClaim], day: date) -> None:
    short, long = (
        PostSettings(post="post-a", seats=None, seats_basis="table", fresh_for=length) for length in (30, 300)
    )
    memberships = timeline(claims, short)

    certain = set(on_day(memberships, short, day).certain)
    assert certain <= set(on_day(memberships, long, day).certain)


@common
@given(claim_sets, days)
def test_a_guess_of_one_seat_takes_nobody_out_of_the_view(claims: list[FoldClaim], day: date) -> None:
    free, guessed = (
        PostSettings(post="post-a", seats=seats, seats_basis="table", fresh_for=365) for seats in (None, 1)
    )
    memberships = timeline(claims, free)

    one, other = on_day(memberships, free, day), on_day(memberships, guessed, day)
    assert {each.person for each in (*one.certain, *one.possible)} == {
        each.person for each in (*other.certain, *other.possible)
    }
