"""Builders of claims and hypothesis strategies for the fold's tests."""

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from events.dates import PartialDate
from projections.fold.occupancy import DayView, on_day
from projections.model import FoldClaim, Membership, PostSettings

POST = "post-01deputy"


def day(text: str) -> date:
    return date.fromisoformat(text)


def told(
    kind: str, person: str, published: str | None, *, claim_id: str | None = None, **fields: Any
) -> FoldClaim:
    """A claim of an article; dates are given as text. Its id follows from what it says."""
    for name in ("date", "start", "end"):
        if isinstance(fields.get(name), str):
            fields[name] = PartialDate.parse(fields[name])
    values: dict[str, Any] = {
        "article": f"article-{published}",
        "capacity": "substantive",
        "date": None,
        "start": None,
        "end": None,
        "reason": None,
        "modality": "actual",
        "background": False,
        "official": False,
        "origin": "publisher-herald",
        "checked_by": "machine",
    } | fields
    values |= {
        "kind": kind,
        "person": person,
        "published": day(published) if published else None,
    }
    name = "-".join(str(values[key]) for key in ("kind", "person", "capacity", "published", "date", "origin"))
    return FoldClaim(id=claim_id or f"claim-{name}", **values)


def settings(
    seats: int | None = None, basis: Any = "table", fresh_for: int = 730, complete: bool = False
) -> PostSettings:
    return PostSettings(
        post=POST, seats=seats, seats_basis=basis, fresh_for=fresh_for, declared_complete=complete
    )


def names(memberships: tuple[Membership, ...]) -> list[str]:
    return [each.person for each in memberships]


def view(memberships: tuple[Membership, ...], of: PostSettings, on: str) -> DayView:
    return on_day(memberships, of, day(on))


# Few people, few days and few articles, so that claims meet often.
FIRST = date(2020, 1, 1)
days = st.builds(lambda offset: FIRST + timedelta(days=offset * 9), st.integers(0, 120))
partial_dates = st.one_of(
    st.builds(PartialDate.on, days),
    st.builds(lambda some: PartialDate.parse(f"{some:%Y-%m}"), days),
    st.builds(lambda some: PartialDate.parse(f"{some:%Y}"), days),
    st.builds(PartialDate.no_later_than, days),
    st.builds(PartialDate.no_earlier_than, days),
    st.builds(lambda one, other: PartialDate(min(one, other), max(one, other)), days, days),
)
maybe_dates = st.none() | partial_dates
claims = st.builds(
    FoldClaim,
    id=st.integers(0, 999_999).map("claim-{:06}".format),
    article=st.none() | st.integers(0, 3).map("article-{}".format),
    kind=st.sampled_from(["in", "out", "elected", "nominated", "holds", "held"]),
    person=st.sampled_from(["person-ada", "person-bo", "person-cy"]),
    capacity=st.sampled_from(["substantive", "substantive", "acting"]),
    date=maybe_dates,
    start=maybe_dates,
    end=maybe_dates,
    reason=st.sampled_from([None, "unknown", "resigned", "dismissed"]),
    modality=st.sampled_from(["actual", "reported"]),
    background=st.booleans(),
    official=st.booleans(),
    origin=st.sampled_from(["publisher-herald", "publisher-gazette"]),
    published=st.none() | days,
    checked_by=st.sampled_from(["machine", "editor"]),
)
claim_sets = st.lists(claims, max_size=9, unique_by=lambda claim: claim.id)
post_settings = st.builds(
    PostSettings,
    post=st.just(POST),
    seats=st.sampled_from([None, 1, 3]),
    seats_basis=st.sampled_from(["table", "editor", "import"]),
    fresh_for=st.sampled_from([30, 365, 730]),
    declared_complete=st.booleans(),
    completeness=st.dictionaries(days, st.booleans(), max_size=2).map(
        lambda said: tuple(sorted(said.items()))
    ),
    vacancies=st.lists(days, max_size=2, unique=True).map(lambda some: tuple(sorted(some))),
)
