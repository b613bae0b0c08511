"""A mention that is said to move nothing moves nothing, whatever else is told."""

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from projections.fold.order import in_order
from projections.fold.part import attested, is_mention, mentioned_again
from projections.fold.timeline import timeline
from projections.model import FoldClaim, PostSettings
from tests.projections.folding import claim_sets, claims, post_settings

mentions = st.builds(
    lambda claim: replace(claim, id="claim-mention", kind="holds", start=None, end=None),
    claims.filter(lambda claim: claim.published is not None),
)


@settings(max_examples=300, deadline=None)
@given(claim_sets, mentions, post_settings)
def test_the_timeline_with_the_mention_is_the_one_without_it_but_for_the_membership_mentioned(
    told: list[FoldClaim], mention: FoldClaim, of: PostSettings
) -> None:
    before = timeline(told, of)

    known = mentioned_again([each for each in before if each.person == mention.person], mention)

    assert is_mention(mention)
    if known is None:
        return
    origins = {claim.origin for claim in told if claim.id in known.claims}
    after = [attested(each, mention, origins) if each is known else each for each in before]
    assert timeline([*told, mention], of) == in_order(after)


@settings(max_examples=100, deadline=None)
@given(st.lists(mentions, min_size=2, max_size=5), post_settings)
def test_of_a_holding_known_by_mention_every_later_mention_moves_nothing(
    told: list[FoldClaim], of: PostSettings
) -> None:
    alike = [
        replace(claim, id=f"claim-{number}", person="person-ada", capacity="substantive")
        for number, claim in enumerate(sorted(told, key=lambda claim: claim.published or claim.id))
    ]
    of = replace(of, vacancies=())

    assert mentioned_again(timeline(alike[:-1], of), alike[-1]) is not None
