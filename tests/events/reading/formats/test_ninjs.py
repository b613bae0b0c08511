"""ninjs of both generations becomes an article with the status, date, language and credit that it declares."""

import json
from pathlib import Path
from typing import Any

import pytest

from events.reading.formats.derived import Derived, Underivable
from events.reading.formats.ninjs import is_ninjs, ninjs

MODERN: dict[str, Any] = {
    "uri": "https://wire.example/items/77",
    "standard": {"name": "ninjs", "version": "3.0"},
    "type": "text",
    "version": "3",
    "versionCreated": "2026-03-10T09:15:00+01:00",
    "pubStatus": "usable",
    "language": "en-GB",
    "infoSources": [{"name": "Lea Stone", "role": "editor"}, {"name": "Norland Wire", "role": "originator"}],
    "headlines": [
        {"role": "short", "value": "Port chief"},
        {"role": "main", "value": "Harbour names <i>chief</i>"},
    ],
    "bodies": [
        {"role": "plain", "contentType": "text/plain", "value": "Wrapped\nplain text."},
        {
            "role": "main",
            "contentType": "text/html",
            "value": "<h1>Harbour names chief</h1><p>Nora&nbsp;Quill &amp; her crew\n have come.</p><figure>"
            "<figcaption>A crane.</figcaption></figure><p>Tomas Brill <b>left</b>.</p><script>alert('x')</script>",
        },
    ],
}
FLAT: dict[str, Any] = {  # as Superdesk's ninjs formatter writes it
    "guid": "tag:desk.example:2026:1234",
    "type": "text",
    "version": "2",
    "versioncreated": "2026-03-10T08:00:57+0000",
    "firstcreated": "2026-03-09T08:00:57+0000",
    "pubstatus": "usable",
    "language": "en",
    "headline": "Harbour names chief",
    "body_html": "<p>Nora Quill has come.</p><p>Tomas Brill left.</p>",
    "byline": "Ann Write",
    "source": "Norland Wire",
    "urgency": 3,
    "embargoed": "2026-03-11T06:00:00+0000",
}


def read(item: dict[str, Any], **changed: Any) -> Derived:
    return ninjs(json.dumps({**item, **changed}).encode())


def test_version_3_with_lists_of_headlines_and_bodies() -> None:
    article = read(MODERN)

    assert article.title == "Harbour names chief"
    assert article.body == "Nora Quill & her crew have come.\n\nTomas Brill left."
    assert (article.uri, article.version) == ("https://wire.example/items/77", 3)
    assert article.published == "2026-03-10T09:15:00+01:00"
    assert (article.language, article.pubstatus, article.embargoed) == ("en-GB", "usable", None)
    assert article.credit == "Norland Wire"


def test_the_flat_form_that_superdesk_pushes() -> None:
    article = read(FLAT)

    assert article.title == "Harbour names chief"
    assert article.body == "Nora Quill has come.\n\nTomas Brill left."
    assert (article.uri, article.version) == ("tag:desk.example:2026:1234", 2)
    assert article.published == "2026-03-10T08:00:57+00:00"
    assert article.embargoed == "2026-03-11T06:00:00+00:00"
    assert article.credit == "Norland Wire"


@pytest.mark.parametrize(
    ("told", "status"),
    [("usable", "usable"), ("withheld", "withheld"), ("canceled", "canceled"), ("killed", "canceled")],
)
def test_the_status_flows_through(told: str, status: str) -> None:
    assert read(MODERN, pubStatus=told).pubstatus == status
    assert read(FLAT, pubstatus=told).pubstatus == status


def test_plain_text_is_kept_with_its_lines_where_there_is_no_markup() -> None:
    article = read(MODERN, bodies=[MODERN["bodies"][0]])

    assert article.body == "Wrapped\nplain text."


def test_nitf_gives_the_paragraphs_of_its_content() -> None:
    nitf = (
        "<?xml version='1.0' encoding='UTF-8'?><nitf><head><title>No</title></head><body><body.head><hedline>No"
        "</hedline></body.head><body.content><p>Nora  Quill\n<em>has</em> come.</p><p/></body.content></body></nitf>"
    )

    article = read(MODERN, bodies=[{"contentType": "text/vnd.IPTC.NITF", "value": nitf}])

    assert article.body == "Nora Quill has come."


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"pubStatus": "maybe"}, "pubStatus"),
        ({"versionCreated": "last week"}, "versionCreated"),
        ({"embargoed": "soon"}, "embargoed"),
        ({"type": "picture"}, "type"),
        ({"headlines": "Harbour"}, None),
    ],
)
def test_what_is_not_as_the_standard_has_it_is_refused_by_name(
    changed: dict[str, Any], field: str | None
) -> None:
    with pytest.raises(Underivable) as refused:
        read(MODERN, **changed)

    assert refused.value.field == field


def test_deep_nesting_ends() -> None:
    deep = b'{"uri": "u", "bodies": [], "x": ' + b"[" * 100_000

    assert not is_ninjs(deep)
    with pytest.raises(Underivable):
        ninjs(deep)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (json.dumps(MODERN).encode(), True),
        (json.dumps(FLAT).encode(), True),
        (b'{"uri": "u", "text": "x", "headline": "y"}', False),
        (b'{"uri": "u", "text": "x", "pubStatus": "usable"}', False),
        (b'{"uri": "u"}', False),
        (b"[]", False),
        (b'{"uri', False),
        (b'{"\xff": 1}', False),
    ],
)
def test_a_json_body_is_known_by_its_members(body: bytes, told: bool) -> None:
    assert is_ninjs(body) is told


@pytest.mark.parametrize("name", ["ninjsExSimpleText_3", "dpa_text", "ntb_text", "tt_text_image_3"])
def test_the_examples_of_the_standard(shared_data: Path, name: str) -> None:
    body = (shared_data / "data" / "ninjs" / f"{name}.json").read_bytes()

    article = ninjs(body)

    assert is_ninjs(body)
    assert article.title
    assert len(article.body) > 100
    assert "<" not in article.body
    assert article.uri == json.loads(body)["uri"]
    assert article.published is not None
