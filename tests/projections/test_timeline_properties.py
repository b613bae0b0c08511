"""What holds of the fold whatever the claims are."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from events.dates import PartialDate
from projections.fold.timeline import timeline
from projections.model import FoldClaim, Membership, PostSettings
from tests.projections import folding
from tests.projections.folding import claim_sets, post_settings

common = settings(max_examples=25, deadline=None)


@common
@given(claim_sets, post_settings, st.randoms(use_true_random=False))
def test_order_and_duplicates_of_the_claims_do_not_matter(
    claims: list[FoldClaim], of: PostSettings, random: Random
) -> None:
    again = [*claims, *claims[: len(claims) // 2]]
    random.shuffle(again)

    assert timeline(again, of) == timeline(claims, of)


@common
@given(claim_sets, post_settings)
def test_every_membership_rests_on_claims_of_its_own_person_and_capacity(
    claims: list[FoldClaim], of: PostSettings
) -> None:
    by_id = {claim.id: claim for claim in claims}

    for each in timeline(claims, of):
        assert each.post == of.post
        assert each.claims
        assert {(by_id[claim].person, by_id[claim].capacity) for claim in each.claims} == {
            (each.person, each.capacity)
        }
        published = [day for claim in each.claims if (day := by_id[claim].published)]
        assert each.announced == min(published, default=None)


@common
@given(claim_sets, post_settings)
def test_nobody_is_a_holder_by_election_or_nomination(claims: list[FoldClaim], of: PostSettings) -> None:
    merely = [claim for claim in claims if claim.kind in ("elected", "nominated")]

    assert all(each.incoming in ("elected", "nominated") for each in timeline(merely, of))
    assert [each for each in timeline(claims, of) if each.incoming is None] == list(
        timeline([claim for claim in claims if claim not in merely], of)
    )


def _begins(each: Membership) -> PartialDate | None:
    return each.start.date if each.start else None


@common
@given(claim_sets, post_settings)
def test_intervals_are_well_formed(claims: list[FoldClaim], of: PostSettings) -> None:
    for each in timeline(claims, of):
        if each.incoming is not None:
            continue
        start, end = _begins(each), each.end.date if each.end else None
        if start and end and start.earliest and end.latest:
            assert start.earliest <= end.latest
        assert (each.first_attested is None) == (each.last_attested is None)
        if each.first_attested and each.last_attested:
            assert each.first_attested <= each.last_attested
            if start and start.earliest:
                assert start.earliest <= each.first_attested
            if end and end.latest and each.standing != "disputed":
                assert each.last_attested < end.latest


@common
@given(claim_sets, post_settings)
def test_the_holdings_of_one_person_in_one_capacity_follow_each_other(
    claims: list[FoldClaim], of: PostSettings
) -> None:
    held = [each for each in timeline(claims, of) if each.incoming is None]

    for one in held:
        for other in held:
            if one is not other and (one.person, one.capacity) == (other.person, other.capacity):
                assert _may_follow(one, other) or _may_follow(other, one)


def _may_follow(one: Membership, other: Membership) -> bool:
    """Whether `one` can have ended before `other` began."""
    if one.end is None:
        return False
    ended, begins = one.end.date.earliest, _begins(other)
    return ended is None or begins is None or begins.latest is None or ended <= begins.latest


@common
@given(claim_sets, st.sampled_from([None, 1, 2]))
def test_nobody_is_evicted_by_a_guess(claims: list[FoldClaim], seats: int | None) -> None:
    of = folding.settings(seats, "table")
    unpaired = [claim for claim in claims if claim.article is None]

    for person in {claim.person for claim in unpaired}:
        alone = timeline([claim for claim in unpaired if claim.person == person], of)
        among = timeline(unpaired, of)
        assert alone == tuple(each for each in among if each.person == person)


@common
@given(claim_sets, post_settings)
def test_taking_a_claim_away_and_giving_it_back_leaves_no_trace(
    claims: list[FoldClaim], of: PostSettings
) -> None:
    for claim in claims:
        without = [other for other in claims if other is not claim]
        assert not any(claim.id in each.claims for each in timeline(without, of))
        assert timeline([claim, *without], of) == timeline(claims, of)
