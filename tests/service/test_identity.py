"""Merges and splits of persons over HTTP: who was merged is found at the other, as known now; before, as it was."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.service.test_bad_input import is_helpful
from tests.support.service import Service

WHY = {"reason": "as the registrar told me"}


@pytest.fixture(scope="module")
def editor(service: Service) -> Iterator[httpx.Client]:
    with service.client(service.key("review", "read")) as editor:
        yield editor


def send(client: httpx.Client, name: str, text: str, published: str) -> dict[str, Any]:
    body = {"uri": f"https://desk.example/{name}", "text": text, "published": published}
    response = client.post("/v1/articles", json=body)
    assert response.status_code == 201, response.text
    answer: dict[str, Any] = response.json()
    return answer


def act(client: httpx.Client, path: str, **body: Any) -> dict[str, Any]:
    response = client.post(path, json={**WHY, **body})
    assert response.status_code == 201, response.text
    answer: dict[str, Any] = response.json()
    return answer


def holders(client: httpx.Client, post: str, **parameters: Any) -> list[str]:
    answer = client.get(f"/v1/posts/{post}/holders", params={"as_of": "2026-06-20", **parameters}).json()
    return sorted(each["person"] for each in answer["holders"])


def test_two_spellings_are_made_one_and_one_is_made_two_again(
    service: Service, client: httpx.Client, editor: httpx.Client
) -> None:
    text = "Varde Shipping Plc has appointed {} as chief executive officer, it said."
    first = send(client, "varde-1", text.format("Signe Holm"), "2026-06-01")
    second = send(client, "varde-2", text.format("Signe Ravn"), "2026-06-02")
    post = first["claims"][0]["post"]
    (one, other), claim = (
        [each["claims"][0]["person"] for each in (first, second)],
        second["claims"][0]["id"],
    )
    assert one != other
    accepted = act(editor, f"/v1/claims/{claim}/decisions", state="accepted") if second["claims"][0][
        "review_state"] == "proposed" else second  # fmt: skip
    before = accepted["position"]

    merged = act(editor, f"/v1/persons/{other}/merges", into=one)
    again = editor.post(f"/v1/persons/{other}/merges", json={"into": one, **WHY})
    moved = editor.get(f"/v1/persons/{other}", params={"min_position": merged["position"]})
    holding = editor.get(f"/v1/persons/{other}/memberships")
    then = editor.get(f"/v1/persons/{other}", params={"at_position": before})
    now = editor.get(f"/v1/persons/{one}").json()
    together = holders(editor, post)
    third = send(
        client, "varde-3", "Varde Shipping Plc chief executive officer Signe Ravn spoke.", "2026-06-09"
    )

    assert again.status_code == 200
    assert (moved.status_code, moved.headers["Location"]) == (308, f"/v1/persons/{one}")
    assert (holding.status_code, holding.headers["Location"]) == (308, f"/v1/persons/{one}/memberships")
    assert (then.status_code, then.json()["id"]) == (200, other)
    assert set(now["names"]) == {"Signe Holm", "Signe Ravn"}
    assert together == [one]
    assert [each["person"] for each in third["claims"]] == [one]
    refused = editor.post(
        "/v1/claims", json={"claim": {"kind": "holds", "person": other, "post": post}, **WHY}
    )
    assert is_helpful(refused, 409, "undecidable")["see"] == f"/v1/persons/{one}"

    split = act(editor, f"/v1/persons/{one}/splits", claims=[claim], person=other)
    apart = holders(editor, post, min_position=split["position"])
    namesake = act(
        editor, f"/v1/persons/{one}/splits", claims=[first["claims"][0]["id"]], person_name="Signe Holm"
    )
    stranger = namesake["claims"][0]["person"]

    assert other in apart
    assert editor.get(f"/v1/persons/{other}").status_code == 200
    assert stranger not in (one, other)
    assert editor.get(f"/v1/persons/{stranger}").json()["name"] == "Signe Holm"
    assert holders(editor, post, at_position=merged["position"]) == [one]


@pytest.mark.parametrize(
    ("path", "body", "status", "kind"),
    [
        ("/v1/persons/person-none/merges", {"into": "{person}"}, 404, "not-found"),
        ("/v1/persons/{person}/merges", {"into": "person-none"}, 404, "not-found"),
        ("/v1/persons/{person}/merges", {"into": "{post}"}, 404, "not-found"),
        ("/v1/persons/{person}/merges", {"into": "{person}"}, 422, "unfit-claim"),
        ("/v1/persons/{person}/merges", {}, 400, "bad-body"),
        ("/v1/persons/{person}/splits", {"claims": [], "person_name": "Bo Wren"}, 422, "unfit"),
        ("/v1/persons/{person}/splits", {"claims": ["{claim}"]}, 422, "unfit"),
        ("/v1/persons/{person}/splits", {"claims": ["{claim}"], "person_name": " "}, 422, "unfit"),
        ("/v1/persons/{person}/splits", {"claims": ["{claim}"], "person": "person-none"}, 404, "not-found"),
        ("/v1/persons/{person}/splits", {"claims": ["{claim}"], "person": "{person}"}, 422, "unfit-claim"),
        ("/v1/persons/{person}/splits", {"claims": ["claim-none"], "person_name": "Bo Wren"}, 404, "not-found"),
    ],
    ids=lambda value: str(value)[:50],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_and_nothing_is_appended(
    service: Service,
    editor: httpx.Client,
    known: dict[str, str],
    path: str,
    body: Any,
    status: int,
    kind: str,
) -> None:
    text = httpx.Request("POST", "http://x", json={**body, **WHY}).content.decode()
    for name, value in known.items():
        text = text.replace(f"{{{name}}}", value)
    head = service.head()

    refused = editor.post(
        path.format(**known), content=text.encode(), headers={"Content-Type": "application/json"}
    )

    is_helpful(refused, status, kind)
    assert service.head() == head


@pytest.fixture(scope="module")
def known(client: httpx.Client) -> dict[str, str]:
    sent = send(
        client,
        "rund",
        "Rund Shipping Plc has appointed Kari Vik as chief executive officer, it said.",
        "2026-06-01",
    )
    claim = sent["claims"][0]
    return {"person": claim["person"], "post": claim["post"], "claim": claim["id"]}
