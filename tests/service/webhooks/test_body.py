"""The body: a CloudEvents 1.0 event, whole, small, and saying which kind of news it is."""

import json
from datetime import date

import pytest

from events.dates import PartialDate
from projections.model import Change, ChangeKind, Endpoint, Membership
from service.webhooks.body import MAX_BODY, Names, OrganizationPart, body_of, type_of
from service.webhooks.ids import message_id, place_of


def membership(person: str = "person-1", claims: tuple[str, ...] = ("claim-1",)) -> Membership:
    return Membership(
        post="post-1",
        person=person,
        capacity="substantive",
        start=Endpoint(date=PartialDate.parse("2026-03"), basis="said"),
        end=None,
        reason=None,
        standing="official",
        checked_by="machine",
        first_attested=date(2026, 3, 2),
        last_attested=date(2026, 3, 2),
        incoming=None,
        claims=claims,
    )


def change(
    kind: ChangeKind = "took_office",
    *,
    current: bool = True,
    effective: str | None = "2026-03-02",
    before: tuple[Membership, ...] = (),
    after: tuple[Membership, ...] = (membership(),),
) -> Change:
    return Change(
        id="1042.3",
        post="post-1",
        kind=kind,
        current_changed=current,
        effective=None if effective is None else PartialDate.parse(effective),
        before=before,
        after=after,
        cause="0195-cause",
        recorded_at="2026-03-02T23:30:00.5+00:00",
    )


NAMES = Names(
    post_label="minister of fisheries",
    organization=OrganizationPart(id="organization-1", name="Norland"),
    persons={"person-1": "Ada Ström"},
    articles=("article-1",),
)


def body(of: Change, names: Names = NAMES, previous: str | None = "1000.1") -> bytes:
    return body_of(
        of,
        names,
        message_id="subscription-1-1042-3",
        type=type_of(of),
        previous_change=previous,
        source="https://incumbent.example",
    )


def test_the_body_is_a_cloudevent_that_tells_the_whole_story() -> None:
    assert json.loads(body(change())) == {
        "specversion": "1.0",
        "id": "subscription-1-1042-3",
        "source": "https://incumbent.example",
        "type": "holder.changed",
        "subject": "post-1",
        "time": "2026-03-02T23:30:00.5+00:00",
        "datacontenttype": "application/json",
        "data": {
            "change": "1042.3",
            "previous_change": "1000.1",
            "post": {
                "id": "post-1",
                "label": "minister of fisheries",
                "organization": {"id": "organization-1", "name": "Norland"},
            },
            "kind": "took_office",
            "current_changed": True,
            "effective": "2026-03-02",
            "as_of": "2026-03-02",
            "before": [],
            "after": [
                {
                    "person": {"id": "person-1", "name": "Ada Ström"},
                    "capacity": "substantive",
                    "start": {"date": "2026-03", "basis": "said"},
                    "end": None,
                    "reason": None,
                    "standing": "official",
                    "checked_by": "machine",
                    "incoming": None,
                    "claims": ["claim-1"],
                }
            ],
            "redelivery": False,
            "shortened": False,
            "cause": "0195-cause",
            "links": {
                "post": "/v1/posts/post-1",
                "holders": "/v1/posts/post-1/holders?as_of=2026-03-02",
                "timeline": "/v1/posts/post-1/timeline",
                "articles": ["/v1/articles/article-1"],
            },
        },
    }


def test_the_first_change_of_a_lane_has_none_before_it_and_a_forgotten_person_no_name() -> None:
    data = json.loads(body(change(), Names(post_label="mayor"), previous=None))["data"]
    assert data["previous_change"] is None
    assert data["after"][0]["person"] == {"id": "person-1", "name": None}


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (change(current=True), "holder.changed"),
        (change("corrected", current=True), "holder.changed"),
        (change("appointed", current=False, effective="2026-03-03"), "holder.announced"),
        (change("left_office", current=False, effective="2026-04"), "holder.announced"),
        (change("elected", current=False, effective=None), "holder.announced"),
        (change("appointed", current=False, effective="2026-03-02"), "timeline.amended"),
        (change("appointed", current=False, effective="[..2026-12-31]"), "timeline.amended"),
        (change("backfilled", current=False, effective="2008"), "timeline.amended"),
        (change("corrected", current=False, effective="2026-04"), "timeline.amended"),
        (change("standing", current=False, effective=None), "timeline.amended"),
    ],
)
def test_the_type_says_whether_todays_answer_differs_will_differ_or_only_the_past(
    of: Change, expected: str
) -> None:
    assert type_of(of) == expected


def test_a_body_stays_small_and_says_what_it_left_out() -> None:
    crowd = tuple(
        membership(f"person-{n}", tuple(f"claim-{n}-{m:026}" for m in range(60))) for n in range(20)
    )
    names = Names(post_label="ü" * 5_000, persons={f"person-{n}": "ñ" * 5_000 for n in range(20)})
    shortened = body(change(before=crowd, after=crowd), names)
    assert len(shortened) <= MAX_BODY
    data = json.loads(shortened)["data"]
    assert data["shortened"] is True
    assert data["links"]["timeline"] == "/v1/posts/post-1/timeline"


@pytest.mark.parametrize(
    ("ordinal", "told"), [(3, "3"), (0, "0"), (-(2**31), "n0"), (-(2**31) + 17, "n17"), (-1, "n2147483647")]
)
def test_a_message_id_has_no_dot_and_tells_what_it_is_about(ordinal: int, told: str) -> None:
    id = message_id("subscription-01m8", 1042, ordinal)
    assert id == f"subscription-01m8-1042-{told}"
    assert place_of("subscription-01m8", id) == (1042, ordinal)
    assert place_of("subscription-01m", id) is None


@pytest.mark.parametrize(
    "id",
    ["", "s", "s-1", "s-1-", "s-1-2-3", "s-01-2", "s-1-n02", "s--1-2", "s-1-9999999999", "t-1-2", "s-1-2 "],
)
def test_what_is_no_id_of_a_message_is_none(id: str) -> None:
    assert place_of("s", id) is None
