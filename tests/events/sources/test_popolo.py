"""Popolo records as the source means them: inclusive ends, periods, and posts that only memberships make."""

import json
from typing import Any

import pytest

from events.sources.popolo import inclusive, read_popolo
from events.sources.records import UnreadableFile

PERSONS = [{"id": "p1", "name": "Edda Lunde"}, {"id": "p2", "name": "Jonas Weir"}]
HOUSE = {"id": "house", "name": "House of Lindholm"}
TERM = {
    "id": "term/1",
    "classification": "legislative period",
    "start_date": "2015-03-30",
    "end_date": "2019-03-31",
}


def file(*memberships: dict[str, Any], **more: Any) -> bytes:
    content = {
        "persons": PERSONS, "organizations": [HOUSE], "events": [TERM],
        "areas": [{"id": "area/north", "name": "North"}], "memberships": list(memberships), **more,
    }  # fmt: skip
    return json.dumps(content, indent=1).encode()


@pytest.mark.parametrize(
    ("last_held", "end"),
    [
        ("2016-02-28", "2016-02-29"),
        ("2016-12", "[2016-12-02..2017-01-01]"),
        ("2016", "[2016-01-02..2017-01-01]"),
        (None, "None"),
    ],
)
def test_an_end_is_the_day_after_the_last_day_held(last_held: str | None, end: str) -> None:
    assert str(inclusive(last_held)) == end


def test_a_membership_without_a_post_holds_that_of_organization_role_and_area() -> None:
    read = read_popolo(
        file(
            {"person_id": "p1", "organization_id": "house", "role": "member", "area_id": "area/north"},
            {"person_id": "p2", "organization_id": "house", "role": "member", "area_id": "area/north"},
            {"person_id": "p2", "organization_id": "house", "role": "speaker"},
        )
    )

    posts = {each.record: (each.name, each.organization) for each in read.entities if each.kind == "post"}
    assert posts == {
        "house/member/area/north": ("member, North", "house"),
        "house/speaker/": ("speaker", "house"),
    }
    assert [each.post for each in read.tenures] == ["house/member/area/north"] * 2 + ["house/speaker/"]


def test_a_period_supplies_the_dates_that_are_absent_but_none_that_cannot_be() -> None:
    base = {"organization_id": "house", "role": "member", "legislative_period_id": "term/1"}
    read = read_popolo(
        file(
            {**base, "person_id": "p1"},
            {**base, "person_id": "p1", "start_date": "2017"},
            {**base, "person_id": "p2", "end_date": "2015-03-27"},
        )
    )

    assert [(str(each.start), str(each.end)) for each in read.tenures] == [
        ("2015-03-30", "2019-04-01"),
        ("2017", "2019-04-01"),
        ("None", "2015-03-28"),
    ]
    assert len({each.record for each in read.tenures}) == 3


def test_broken_records_are_told_with_the_line_on_which_they_begin() -> None:
    sound = {"person_id": "p1", "organization_id": "house", "role": "member"}
    content = file(
        sound,
        {**sound, "person_id": "nobody"},
        {**sound, "start_date": "2020-02-31"},
        {**sound, "start_date": "2020-02-01", "end_date": "2020-01-31"},
        {**sound, "post_id": "none"},
        {**sound, "role": 7},
    )

    read = read_popolo(content)

    assert len(read.tenures) == 1
    lines = content.decode().splitlines()
    assert len(read.broken) == 5
    for broken in read.broken:
        assert lines[broken.line - 1].strip() == "{"
    assert read.broken[0].why == "there is no person nobody"
    assert lines[read.broken[0].line].strip() == '"person_id": "nobody",'


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"memberships": 3}', b"id,name\n1,2\n", b"\xff\xfe"]
)
def test_what_is_no_popolo_is_refused_whole(content: bytes) -> None:
    with pytest.raises(UnreadableFile):
        read_popolo(content)
