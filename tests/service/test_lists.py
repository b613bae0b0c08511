"""Lists: filters, forms, cursors that stay right while data changes, and those that are refused."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import pytest

from service.http.paging import Paging
from service.signing import Signer
from service.spreadsheet import cell, sheet
from tests.service.test_bad_input import is_helpful
from tests.support.service import Service

BODIES = (
    "Lakeside Bank",
    "Norfell Mills",
    "Aldmouth Harbour",
    "Quarry Foods",
    "Tern Air",
    "Vale Motors",
    "Oak Rail",
)
NAMES = ("Nora Quill", "Tomas Brill", "Ida Marsh", "Petra Falk", "Jonas Keller", "Greta Stolt", "Hugo Varga")


@pytest.fixture(scope="module")
def desk(service: Service) -> Iterator[httpx.Client]:
    key = service.key("read", "ingest", "review", "subscribe", publishers=("Desk",), trusted=True)
    with service.client(key) as desk:
        yield desk


def seat(desk: httpx.Client, body: str, name: str) -> dict[str, Any]:
    text = f"{body} Plc has appointed {name} as chief executive officer, it said."
    article = {"uri": f"https://desk.example/{body}/{name}", "text": text, "published": "2026-03-10"}
    answer = desk.post("/v1/articles", json=article)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture(scope="module")
def seated(desk: httpx.Client) -> list[dict[str, Any]]:
    return [seat(desk, body, name) for body, name in zip(BODIES, NAMES, strict=True)]


def links(answer: httpx.Response) -> dict[str, str]:
    return {name: target for target, name in re.findall(r'<([^>]+)>; rel="(\w+)"', answer.headers["link"])}


def walk(desk: httpx.Client, path: str, **parameters: Any) -> Iterator[httpx.Response]:
    answer = desk.get(path, params=parameters or None)
    while True:
        assert answer.status_code == 200, answer.text
        yield answer
        if "next" not in (found := links(answer)):
            return
        answer = desk.get(found["next"])


def get(desk: httpx.Client, **parameters: Any) -> list[dict[str, Any]]:
    answer = desk.get("/v1/memberships", params=parameters)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["memberships"]
    return found


def test_memberships_are_filtered(desk: httpx.Client, seated: list[dict[str, Any]]) -> None:
    claim = seated[1]["claims"][0]
    last = seated[-1]["position"]

    every = get(desk, min_position=last)

    assert [each["name"] for each in every] == list(NAMES)
    for parameters, names in (
        ({"post": claim["post"]}, [NAMES[1]]),
        ({"person": claim["person"]}, [NAMES[1]]),
        ({"organization": claim["organization"]}, [NAMES[1]]),
        ({"organization": f"{claim['organization']},organization-0"}, [NAMES[1]]),
        ({"country": "norfell mills plc"}, [NAMES[1]]),
        ({"country": "nowhere"}, []),
        ({"country": "Tern Air Plc", "organization": claim["organization"]}, []),
        ({"capacity": "acting"}, []),
        ({"standing": every[0]["standing"]}, list(NAMES)),
        ({"changed_since": seated[-2]["position"]}, [NAMES[-1]]),
        ({"at_position": seated[2]["position"]}, list(NAMES[:3])),
        ({"as_of": "2026-03-09"}, []),
        ({"as_of": "2026-03-10", "capacity": "substantive"}, list(NAMES)),
    ):
        assert [each["name"] for each in get(desk, **parameters)] == names, parameters


def test_claims_are_filtered(desk: httpx.Client, seated: list[dict[str, Any]]) -> None:
    claim = seated[1]["claims"][0]
    for parameters, names in (
        ({}, list(NAMES)),
        ({"post": claim["post"]}, [NAMES[1]]),
        ({"person": claim["person"]}, [NAMES[1]]),
        ({"organization": claim["organization"], "kind": "in"}, [NAMES[1]]),
        ({"country": "norfell mills plc"}, [NAMES[1]]),
        ({"article": claim["article"]}, [NAMES[1]]),
        ({"kind": "out"}, []),
        ({"changed_since": seated[-2]["position"]}, [NAMES[-1]]),
        ({"at_position": seated[2]["position"]}, list(NAMES[:3])),
    ):
        answer = desk.get("/v1/claims", params={"review_state": "accepted", **parameters})
        assert [each["person_name"] for each in answer.json()["claims"]] == names, (parameters, answer.text)


def test_what_is_shown_of_each_is_asked_for(desk: httpx.Client, seated: list[dict[str, Any]]) -> None:
    post = seated[0]["claims"][0]["post"]

    (bare,) = get(desk, post=post)
    (claims,) = get(desk, post=post, include="claims")
    (quotes,) = get(desk, post=post, include="quotes,persons")
    (few,) = get(desk, post=post, fields="name,start")

    assert "claims" not in bare
    assert "names" not in bare
    assert [each["id"] for each in claims["claims"]] == bare["claim_ids"]
    assert "quote" not in claims["claims"][0]
    assert NAMES[0] in quotes["claims"][0]["quote"]
    assert quotes["names"] == [NAMES[0]]
    assert few == {"name": NAMES[0], "start": bare["start"]}


def test_lists_come_as_csv_and_ndjson(desk: httpx.Client, seated: list[dict[str, Any]]) -> None:
    by_header = desk.get(
        "/v1/memberships", headers={"Accept": "text/html, text/csv;q=0.9, application/json;q=0.1"}
    )
    table = desk.get("/v1/memberships", params={"format": "csv", "limit": 3})
    lines = desk.get(
        "/v1/memberships", headers={"Accept": "application/x-ndjson"}, params={"include": "claims"}
    )
    claims = desk.get("/v1/claims", params={"format": "csv", "review_state": "accepted"})
    few = desk.get("/v1/memberships", params={"format": "csv", "fields": "name,post"})

    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert by_header.headers["content-type"].startswith("text/csv")
    assert "Accept" in by_header.headers["vary"].split(", ")
    assert [row["name"] for row in rows] == list(NAMES[:3])
    assert (rows[0]["start"], rows[0]["start_basis"], rows[0]["end"]) == ("2026-03-10", "announced", "")
    assert "next" in links(table)
    parsed = [msgspec.json.decode(line) for line in lines.content.splitlines()]
    assert [each["name"] for each in parsed] == list(NAMES)
    assert all(each["claims"] for each in parsed)
    assert len(list(csv.DictReader(io.StringIO(claims.text)))) == len(NAMES)
    assert next(csv.reader(io.StringIO(few.text))) == [
        "post_id",
        "post",
        "organization_id",
        "organization",
        "name",
    ]


@pytest.mark.parametrize("path", ["/v1/memberships", "/v1/claims?review_state=accepted"])
def test_pages_hold_everything_once_and_lead_on_and_back(
    desk: httpx.Client, seated: list[dict[str, Any]], path: str
) -> None:
    member = path.split("?")[0].rsplit("/", 1)[1]
    whole = desk.get(path).json()[member]

    pages = list(walk(desk, f"{path}{'&' if '?' in path else '?'}limit=2"))

    assert [each for page in pages for each in page.json()[member]] == whole
    back = pages[-1]
    for page in reversed(pages[:-1]):
        back = desk.get(links(back)["prev"])
        assert back.json()[member] == page.json()[member]
    assert "prev" not in links(pages[0])
    assert desk.get(links(pages[2])["first"]).json()[member] == pages[0].json()[member]


def test_pages_stay_right_while_things_are_added(desk: httpx.Client, seated: list[dict[str, Any]]) -> None:
    before = [each["name"] for each in get(desk)]
    found: list[str] = []
    for number, page in enumerate(walk(desk, "/v1/memberships", limit=2)):
        found += [each["name"] for each in page.json()["memberships"]]
        if number < 3:
            seat(desk, f"Newcomer{'abc'[number]} Works", f"Rosa Belling{'abc'[number]}")

    assert found[: len(before)] == before
    assert len(found) == len(set(found)) == len(before) + 3


def test_a_cursor_that_was_changed_or_is_of_another_query_is_refused(
    desk: httpx.Client, seated: list[dict[str, Any]]
) -> None:
    cursor = desk.get("/v1/memberships", params={"limit": 2, "standing": "official"}).json()["next"]
    if cursor is None:
        cursor = desk.get("/v1/memberships", params={"limit": 2}).json()["next"]
    same = {"standing": "official"} if desk.get("/v1/memberships", params={"cursor": cursor}).is_error else {}

    assert desk.get("/v1/memberships", params={"cursor": cursor, "limit": 3, **same}).status_code == 200
    changed = cursor[:-1] + ("A" if cursor[-1] != "A" else "B")
    for parameters in (
        {**same, "cursor": changed},
        {**same, "cursor": cursor[:9]},
        {**same, "cursor": ""},
        {**same, "cursor": "é"},
        {**same, "cursor": cursor, "capacity": "acting"},
        {**same, "cursor": cursor, "at_position": seated[-1]["position"]},
    ):
        problem = is_helpful(desk.get("/v1/memberships", params=parameters), 422, "wrong-cursor")
        assert problem["field"] == "cursor"
    is_helpful(desk.get("/v1/claims", params={"cursor": cursor}), 422, "wrong-cursor")


@pytest.mark.parametrize(
    ("path", "member"),
    [("/v1/posts", "posts"), ("/v1/posts?q=chief+executive+officer", "posts"), ("/v1/board", "rows")],
)
def test_posts_and_the_board_come_page_by_page(
    desk: httpx.Client, seated: list[dict[str, Any]], path: str, member: str
) -> None:
    whole = desk.get(path).json()[member]

    pages = list(walk(desk, f"{path}{'&' if '?' in path else '?'}limit=2"))

    assert len(whole) >= len(NAMES)
    assert [each for page in pages for each in page.json()[member]] == whole


def test_the_board_is_as_it_was_known(desk: httpx.Client, seated: list[dict[str, Any]]) -> None:
    then = desk.get("/v1/board", params={"at_position": seated[2]["position"]}).json()

    assert {row["holder"] for row in then["rows"]} == set(NAMES[:3])
    assert then["at_position"] == seated[2]["position"]


def test_changes_lead_on_by_their_ids(desk: httpx.Client, seated: list[dict[str, Any]]) -> None:
    whole = desk.get("/v1/changes", params={"limit": 1000}).json()["changes"]

    pages = list(walk(desk, "/v1/changes", limit=2))

    assert [each["id"] for page in pages for each in page.json()["changes"]] == [each["id"] for each in whole]


def test_subscriptions_come_page_by_page(desk: httpx.Client) -> None:
    made = [desk.post("/v1/subscriptions", json={"url": f"http://127.0.0.1:9/{n}"}).json() for n in range(3)]

    pages = list(walk(desk, "/v1/subscriptions", limit=2))

    assert [each["id"] for page in pages for each in page.json()["subscriptions"]] == [
        each["subscription"]["id"] for each in made
    ]


def test_of_holders_only_what_is_asked_for_is_shown(desk: httpx.Client, seated: list[dict[str, Any]]) -> None:
    path = f"/v1/posts/{seated[0]['claims'][0]['post']}/holders"

    def holder(**parameters: Any) -> dict[str, Any]:
        answer = desk.get(path, params=parameters)
        assert answer.status_code == 200, answer.text
        (found,) = answer.json()["holders"]
        return dict(found)

    whole = holder()
    assert NAMES[0] in whole["claims"][0]["quote"]
    assert holder(fields="name,start") == {"name": NAMES[0], "start": whole["start"]}
    assert "quote" not in holder(include="claims")["claims"][0]
    assert holder(include="quotes")["claims"] == whole["claims"]
    assert "claims" not in holder(include="persons")
    assert holder(include="persons", fields="names") == {"names": [NAMES[0]]}
    assert "claims" in holder(as_of="2026-04-01", at_position=seated[0]["position"], include="claims")


@pytest.mark.parametrize(
    ("path", "parameters", "field"),
    [
        ("/v1/memberships", {"fields": "name,salary"}, "fields"),
        ("/v1/memberships", {"fields": ""}, "fields"),
        ("/v1/memberships", {"include": "everything"}, "include"),
        ("/v1/memberships", {"format": "xml"}, "format"),
        ("/v1/memberships", {"standing": "solid"}, "standing"),
        ("/v1/memberships", {"limit": 0}, "limit"),
        ("/v1/posts/post-none/holders", {"fields": "salary"}, "fields"),
        ("/v1/claims", {"kind": "sideways"}, "kind"),
        ("/v1/claims", {"changed_since": 10**9}, "changed_since"),
    ],
)
def test_what_there_is_not_is_refused_by_name(
    desk: httpx.Client, path: str, parameters: dict[str, Any], field: str
) -> None:
    answer = desk.get(path, params=parameters)

    status, kind = (422, "unfit") if field in ("fields", "include", "changed_since") else (400, "bad-request")
    assert is_helpful(answer, status, kind)["field"] == field


def test_the_way_back_is_as_long_as_a_cursor_can_carry() -> None:
    page = Paging(Signer(["secret"], "cursor"), "/v1/memberships", (), None, ())
    cursors = []
    for number in range(100):
        cursor = page.next((number,))
        assert cursor is not None
        cursors.append(cursor)
        page = Paging(page.signer, page.path, page.query, (number,), (*page.trail, page.place)[-8:])

    assert max(map(len, cursors)) < 500


def test_a_cell_is_never_a_formula() -> None:
    for text in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"):
        assert cell(text).startswith("'")
    assert cell(None) == ""
    assert cell(True) == "true"
    assert cell("[..2022-09-24]") == "[..2022-09-24]"
    assert sheet(["a", "b"], [['say "hi"', "x,y"]]) == b'a,b\r\n"say ""hi""","x,y"\r\n'
