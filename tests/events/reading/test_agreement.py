"""Two readings of one article: agreement is worth more than either, contradiction goes to an editor."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.catalogue import ArticleRead, Claim, Refusal, Span
from events.dates import PartialDate
from events.policy import decide
from events.reading.agreement import ALONE, DISPUTED, merged
from events.reading.confidence import ACCEPT_AT


def claim(id_: str = "claim-a", **changed: Any) -> Claim:
    fields: dict[str, Any] = {
        "id": id_,
        "kind": "out",
        "person": "Olga Varen",
        "post": "deputy transport minister",
        "date": PartialDate.parse("2026-03-10"),
        "confidence": 0.8,
        "quote": Span(start=0, end=9),
        "rule": "removed",
    }
    return Claim(**{**fields, **changed})


def both(one: Claim | None, other: Claim | None) -> list[Claim]:
    first = ArticleRead(version=2, extractor="rules/1", claims=(one,) if one else ())
    second = ArticleRead(version=2, extractor="endpoint/1:m", claims=(other,) if other else ())
    read = merged(first, second)
    assert (read.version, read.extractor) == (2, "rules/1+endpoint/1:m")
    return list(read.claims)


@pytest.mark.parametrize(
    "other",
    [
        claim("claim-b"),
        claim("claim-b", person="Varen"),
        claim("claim-b", post="deputy minister of transport"),
        claim("claim-b", date=None),
        claim("claim-b", date=PartialDate.parse("2026-03")),
        claim("claim-a"),
    ],
)
def test_agreement_raises_confidence(other: Claim) -> None:
    (found,) = both(claim(), other)

    assert found.id == "claim-a"
    assert found.confidence == 0.96
    assert found.rule == "removed+agreed"
    assert decide(found).state == "accepted"
    assert decide(claim()).state == "proposed"


@pytest.mark.parametrize(
    "other",
    [
        claim("claim-b", date=PartialDate.parse("2026-04-01"), confidence=0.99),
        claim("claim-b", kind="in"),
        claim("claim-b", modality="reported"),
        claim("claim-b", capacity="acting"),
    ],
)
def test_contradiction_goes_to_an_editor_even_from_a_trusted_publisher(other: Claim) -> None:
    found = both(claim(confidence=0.97), other)

    assert [each.confidence for each in found] == [DISPUTED, DISPUTED]
    assert {decide(each, publisher_trusted=True).state for each in found} == {"proposed"}


@pytest.mark.parametrize(
    "other",
    [
        claim("claim-b", person="Ida Marsh"),
        claim("claim-b", post="transport minister"),  # another post than the deputy's
        claim("claim-b", post="party leader"),
        claim("claim-b", kind="nominated"),
    ],
)
def test_what_one_alone_sees_stays_with_the_first_and_goes_to_an_editor_from_the_second(other: Claim) -> None:
    found = {each.id: each for each in both(claim(confidence=0.96), other)}

    assert found["claim-a"] == claim(confidence=0.96)
    assert found["claim-b"].confidence <= ALONE < ACCEPT_AT


def test_refusals_of_both_are_kept() -> None:
    refusal = Refusal(kind="in", person="x", post="y", why="z")
    one = ArticleRead(version=1, extractor="a/1", refused=(refusal,))
    other = ArticleRead(version=1, extractor="b/1", refused=(refusal,))

    assert merged(one, other).refused == (refusal, refusal)


_claims = st.builds(
    claim,
    st.sampled_from(["claim-a", "claim-b", "claim-c", "claim-d"]),
    kind=st.sampled_from(["in", "out", "holds"]),
    person=st.sampled_from(["Olga Varen", "Varen", "Piet Halloran", "…"]),
    post=st.sampled_from(["minister", "deputy minister", "minister of transport"]),
    confidence=st.floats(0, 1),
    modality=st.sampled_from(["actual", "reported"]),
)
_readings = st.builds(
    lambda claims: ArticleRead(version=1, extractor="x/1", claims=tuple({c.id: c for c in claims}.values())),
    st.lists(_claims, max_size=4),
)


@given(_readings, _readings)
def test_ids_stay_unique_and_nothing_comes_from_nowhere(one: ArticleRead, other: ArticleRead) -> None:
    found = merged(one, other).claims

    ids = [each.id for each in found]
    assert len(ids) == len(set(ids))
    assert {each.id for each in one.claims} <= set(ids)
    assert set(ids) <= {each.id for each in (*one.claims, *other.claims)}
    assert all(0 <= each.confidence <= 1 for each in found)


@given(_readings)
def test_a_reader_that_agrees_with_itself_makes_nothing_less_sure(one: ArticleRead) -> None:
    before = {each.id: each.confidence for each in one.claims}

    assert all(
        each.confidence >= min(0.99, round(before[each.id], 2)) - 0.005 for each in merged(one, one).claims
    )
