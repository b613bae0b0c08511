"""Filters: what each lets through, and that finding many quickly finds the same as looking at each."""

import dataclasses
import random
import time
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.catalogue import SubscriptionFilter
from projections.model import Change, Membership
from service.webhooks.filters import MAX_ENTRIES, BadFilter, Found, area_of, tidied, wants
from service.webhooks.matching import Index, Subscription

_few = st.integers(0, 3)
_TYPES = ("holder.changed", "timeline.amended", "event.redacted")
_KINDS = ("took_office", "left_office", "standing")


def membership(person: str, capacity: Any = "substantive", standing: Any = "official") -> Membership:
    return Membership(
        post="post-1",
        person=person,
        capacity=capacity,
        start=None,
        end=None,
        reason=None,
        standing=standing,
        checked_by="machine",
        first_attested=date(2026, 3, 2),
        last_attested=date(2026, 3, 2),
        incoming=None,
        claims=(),
    )


def found_change(
    *memberships: Membership, kind: Any = "took_office", type: str = "holder.changed", **more: Any
) -> Found:
    change = Change(
        id="7.1",
        post="post-1",
        kind=kind,
        current_changed=True,
        effective=None,
        before=memberships[:1],
        after=memberships[1:],
        cause="an-event",
        recorded_at="2026-03-02T12:00:00Z",
    )
    given = {
        "position": 7,
        "ordinal": 1,
        "lane": "post-1",
        "type": type,
        "posts": ("post-1",),
        "organizations": ("org-1",),
        "areas": ("russia",),
        "persons": tuple(dict.fromkeys(m.person for m in memberships)),
        "change": change,
    }
    return Found(**{**given, **more})


REDACTION = Found(
    position=8,
    ordinal=0,
    lane="article-1",
    type="event.redacted",
    posts=("post-1", "post-2"),
    organizations=("org-1",),
    persons=("person-1",),
)


@dataclasses.dataclass(frozen=True)
class Case:
    wanted: SubscriptionFilter
    through: bool


ADA, BO = membership("ada"), membership("bo", "acting", "disputed")


@pytest.mark.parametrize(
    "case",
    [
        Case(SubscriptionFilter(), True),
        Case(SubscriptionFilter(posts=("post-0", "post-1")), True),
        Case(SubscriptionFilter(posts=("post-0",)), False),
        Case(SubscriptionFilter(persons=("bo",)), True),
        Case(SubscriptionFilter(persons=("cy",)), False),
        Case(SubscriptionFilter(organizations=("org-1",)), True),
        Case(SubscriptionFilter(organizations=("org-2",)), False),
        Case(SubscriptionFilter(areas=("russia",)), True),
        Case(SubscriptionFilter(areas=("norway",)), False),
        Case(SubscriptionFilter(kinds=("took_office",)), True),
        Case(SubscriptionFilter(kinds=("left_office",)), False),
        Case(SubscriptionFilter(capacities=("acting",)), True),
        Case(SubscriptionFilter(standings=("corroborated",)), False),
        Case(SubscriptionFilter(persons=("bo",), capacities=("acting",), standings=("disputed",)), True),
        Case(SubscriptionFilter(persons=("ada",), capacities=("acting",)), False),  # that is Bo
        Case(SubscriptionFilter(posts=("post-1",), persons=("cy",)), False),
    ],
    ids=str,
)
def test_a_filter_lets_through_what_meets_all_its_lists(case: Case) -> None:
    assert wants(case.wanted, found_change(ADA, BO)) is case.through


def test_a_redaction_has_no_kind_capacity_or_standing_and_is_not_kept_back_for_that() -> None:
    assert wants(SubscriptionFilter(kinds=("took_office",), standings=("official",)), REDACTION)
    assert wants(SubscriptionFilter(posts=("post-2",), persons=("person-1",)), REDACTION)
    assert not wants(SubscriptionFilter(posts=("post-9",)), REDACTION)
    assert not wants(SubscriptionFilter(persons=("person-9",)), REDACTION)


def test_a_filter_is_kept_without_repeats_and_its_areas_by_key() -> None:
    given = SubscriptionFilter(posts=("post-1", "post-1"), areas=("Russian", "the United States", "russia"))
    assert tidied(given) == SubscriptionFilter(posts=("post-1",), areas=("russia", "united-states"))
    assert tidied(tidied(given)) == tidied(given)


@pytest.mark.parametrize(
    ("wanted", "field", "advice"),
    [
        (SubscriptionFilter(areas=("Atlantis",)), "areas", "no country is known by the name 'Atlantis'"),
        (SubscriptionFilter(kinds=("fired",)), "kinds", "'fired' is none of appointed, took_office"),
        (SubscriptionFilter(standings=("sure",)), "standings", "'sure' is none of official, corroborated"),
        (SubscriptionFilter(posts=("post-1",) * (MAX_ENTRIES + 1)), "posts", "at most 1000"),
    ],
)
def test_a_filter_that_lets_nothing_through_is_refused_with_what_to_do(
    wanted: SubscriptionFilter, field: str, advice: str
) -> None:
    with pytest.raises(BadFilter, match=advice) as refused:
        tidied(wanted)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("label", "organization", "area"),
    [
        ("defence minister", "Russia", "russia"),
        ("chair", "Russian Railways", "russia"),
        ("ambassador", "Embassy of the United States", "united-states"),
        ("President of France", None, "france"),
        ("chairman", "Harbourline Ferries", None),
        ("pope", None, None),
    ],
)
def test_a_post_belongs_to_the_country_that_its_names_tell(
    label: str, organization: str | None, area: str | None
) -> None:
    assert area_of(label, organization) == area


def some(of: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(_few.map(lambda n: f"{of}-{n}"), max_size=2, unique=True).map(tuple)


filters = st.builds(
    SubscriptionFilter,
    posts=some("post"),
    persons=some("person"),
    organizations=some("org"),
    areas=some("area"),
    capacities=st.sampled_from([(), ("acting",)]),
    standings=st.sampled_from([(), ("official",), ("official", "disputed")]),
    kinds=st.lists(st.sampled_from(_KINDS), max_size=2, unique=True).map(tuple),
)
subscriptions = st.lists(
    st.builds(
        Subscription,
        id=st.integers(0, 30).map(lambda n: f"subscription-{n}"),
        types=st.lists(st.sampled_from(_TYPES), min_size=1, max_size=3, unique=True).map(tuple),
        filter=filters,
        after=st.integers(0, 12),
    ),
    max_size=20,
    unique_by=lambda subscription: subscription.id,
)
memberships = st.builds(
    membership,
    _few.map(lambda n: f"person-{n}"),
    st.sampled_from(["substantive", "acting"]),
    st.sampled_from(["official", "disputed", "single_source"]),
)


@st.composite
def happenings(draw: st.DrawFn) -> Found:
    where: dict[str, Any] = {
        "posts": (f"post-{draw(_few)}",),
        "organizations": draw(some("org"))[:1],
        "areas": draw(some("area"))[:1],
        "position": draw(st.integers(1, 14)),
    }
    if draw(st.booleans()):
        return Found(
            **{**where, "posts": draw(some("post"))},
            ordinal=0,
            lane="article-1",
            type="event.redacted",
            persons=draw(some("person")),
        )
    return found_change(
        *draw(st.lists(memberships, max_size=3)),
        kind=draw(st.sampled_from(_KINDS)),
        type=draw(st.sampled_from(_TYPES[:2])),
        **where,
    )


@given(subscriptions, st.lists(happenings(), max_size=5), st.data())
def test_the_index_finds_what_looking_at_each_finds(
    there: list[Subscription], happened: list[Found], data: st.DataObject
) -> None:
    index = Index(there)
    gone = data.draw(st.sets(st.sampled_from([each.id for each in there]))) if there else set()
    for id in gone:
        index.remove(id)
    left = [each for each in there if each.id not in gone]
    assert len(index) == len(left)
    for found in happened:
        expected = {
            each.id
            for each in left
            if found.type in each.types and each.after < found.position and wants(each.filter, found)
        }
        ids = index.wanting(found)
        assert sorted(ids) == sorted(expected)


@given(subscriptions, subscriptions)
def test_an_index_that_all_have_left_holds_nothing(
    some: list[Subscription], more: list[Subscription]
) -> None:
    index = Index(some)
    for each in more:  # some of them in place of others
        index.add(each)
    for each in (*some, *more):
        index.remove(each.id)
    assert len(index) == 0
    assert vars(index)["_terms"] == {}


def test_a_change_meets_few_of_ten_thousand_subscriptions(randomness: random.Random) -> None:
    """Measured beside looking at each, in the same run: the ratio tells whether the index is one."""

    def any_filter() -> SubscriptionFilter:
        n = randomness.randrange(5_000)
        return randomness.choice(
            [
                SubscriptionFilter(posts=(f"post-{n}", f"post-{n + 1}")),
                SubscriptionFilter(persons=(f"person-{n}",), standings=("official",)),
                SubscriptionFilter(organizations=(f"org-{n % 500}",), kinds=("took_office",)),
                SubscriptionFilter(areas=(f"area-{n % 200}",)),
                SubscriptionFilter(capacities=("acting",), kinds=("left_office",)),
            ]
        )

    there = [
        Subscription(id=f"subscription-{n}", types=("holder.changed",), filter=any_filter(), after=0)
        for n in range(10_000)
    ]
    index = Index(there)
    happened = [
        found_change(
            membership(f"person-{n}"),
            posts=(f"post-{n}",),
            organizations=(f"org-{n % 500}",),
            areas=(f"area-{n % 200}",),
        )
        for n in range(100)
    ]

    began = time.perf_counter()
    by_index = [set(index.wanting(found)) for found in happened]
    indexed = time.perf_counter() - began
    began = time.perf_counter()
    by_each = [{each.id for each in there if wants(each.filter, found)} for found in happened[:10]]
    each = (time.perf_counter() - began) * 10

    print(f"{indexed * 10:.3f} ms a change by index, {each * 10:.3f} ms by looking at each")
    assert by_index[:10] == by_each
    assert any(by_index)
    assert indexed * 10 < each
