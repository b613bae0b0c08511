"""Embargoes and kills over HTTP: what is sealed is nowhere until its time, and what is killed is taken back."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.service.test_bad_input import is_helpful
from tests.support.service import Service


@pytest.fixture(scope="module")
def trusted(service: Service) -> Iterator[httpx.Client]:
    with service.client(service.key("read:embargoed", "read")) as trusted:
        yield trusted


@pytest.fixture(scope="module")
def admin(service: Service) -> Iterator[httpx.Client]:
    with service.client(service.key("admin")) as admin:
        yield admin


def ahead(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


def send(client: httpx.Client, name: str, text: str, **more: Any) -> httpx.Response:
    body = {"uri": f"https://desk.example/{name}", "text": text, "published": "2026-03-10", **more}
    return client.post("/v1/articles", json=body)


def everywhere(client: httpx.Client, words: str) -> list[str]:
    """Every answer of the service in which the words stand."""
    asked: list[tuple[str, dict[str, str | int]]] = [
        ("/v1/posts", {"q": words}), ("/v1/board", {}), ("/v1/changes", {"limit": 1000}),
        ("/v1/claims", {}), ("/v1/claims", {"review_state": "accepted", "limit": 200}),
        ("/v1/who", {"post": "chief executive officer", "org": words}),
    ]  # fmt: skip
    answers = [client.get(path, params=parameters) for path, parameters in asked]
    told = [each for each in answers if each.status_code != 404]
    return [str(each.url) for each in told if words in each.text]


def until(true: Any, seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_an_embargoed_article_is_nowhere_until_its_time_and_then_appears_by_itself(
    client: httpx.Client, trusted: httpx.Client, admin: httpx.Client
) -> None:
    text = "Skerry Lines Plc has appointed Jorun Vik as chief executive officer, it said."
    sent = send(client, "sealed", text, embargoed=ahead(6))
    article = sent.json()["article"]
    position = sent.json()["position"]

    sealed = client.get(f"/v1/articles/{article}", params={"min_position": position})
    unknown = client.get("/v1/articles/article-none")
    shown = trusted.get(f"/v1/articles/{article}", params={"min_position": position})
    while_sealed = everywhere(admin, "Skerry"), everywhere(admin, "Jorun")

    assert sent.status_code == 202
    assert is_helpful(sealed, 404, "not-found")["title"] == unknown.json()["title"]
    assert "Jorun" not in sealed.text
    assert (shown.status_code, shown.json()["article"]["pubstatus"], shown.json()["claims"]) == (
        200,
        "usable",
        [],
    )
    assert while_sealed == ([], [])

    until(lambda: client.get(f"/v1/articles/{article}").status_code == 200)
    until(lambda: client.get(f"/v1/articles/{article}").json()["claims"])
    claim = client.get(f"/v1/articles/{article}").json()["claims"][0]
    post = claim["post"]
    answer = client.get(f"/v1/posts/{post}/holders", params={"as_of": "2026-03-11"}).json()
    before = client.get(f"/v1/posts/{post}/holders", params={"as_of": "2026-03-11", "at_position": position})
    assert [holder["name"] for holder in answer["holders"]] == ["Jorun Vik"]
    assert before.status_code == 404
    assert everywhere(admin, "Jorun")


def test_an_embargo_that_was_over_on_receipt_ends_at_once(client: httpx.Client) -> None:
    sent = send(client, "over", "Nothing much happened.", embargoed="2020-01-01T00:00:00Z").json()

    until(lambda: client.get(f"/v1/articles/{sent['article']}").status_code == 200)


def test_a_sealed_version_leaves_the_one_before_in_its_place(
    client: httpx.Client, trusted: httpx.Client
) -> None:
    first = send(client, "versions", "Ness Bank Plc chairwoman Gro Lie spoke.").json()["article"]
    sent = send(
        client, "versions", "Ness Bank Plc chairwoman Gro Lie has resigned, it said.", embargoed=ahead(3600)
    )

    public = client.get(
        f"/v1/articles/{first['id']}", params={"min_position": sent.json()["position"]}
    ).json()
    sealed = trusted.get(f"/v1/articles/{first['id']}").json()

    assert (public["article"]["version"], sealed["article"]["version"]) == (1, 2)
    assert [claim["kind"] for claim in public["claims"]] == ["holds"]


def test_a_withheld_article_is_not_shown(client: httpx.Client, trusted: httpx.Client) -> None:
    article = send(client, "withheld", "Ness Bank Plc chairwoman Gro Lie sang.", pubstatus="withheld").json()
    at = {"min_position": article["position"]}

    is_helpful(client.get(f"/v1/articles/{article['article']}", params=at), 404, "not-found")
    assert trusted.get(f"/v1/articles/{article['article']}", params=at).status_code == 200


def test_a_kill_takes_everything_back_and_says_so(client: httpx.Client) -> None:
    text = "Hamna Salmon Plc has appointed Silje Moe as chief executive officer, it said."
    came = send(client, "killed", text).json()
    post = came["claims"][0]["post"]

    killed = send(client, "killed", text, pubstatus="canceled").json()
    answer = client.get(
        f"/v1/posts/{post}/holders", params={"min_position": killed["position"], "as_of": "2026-04-01"}
    )
    then = client.get(
        f"/v1/posts/{post}/holders", params={"at_position": came["position"], "as_of": "2026-04-01"}
    )
    change = client.get("/v1/changes", params={"post": post}).json()["changes"][-1]

    assert {claim["review_state"] for claim in killed["claims"]} == {"withdrawn"}
    assert answer.json()["holders"] == []
    assert [holder["name"] for holder in then.json()["holders"]] == ["Silje Moe"]
    assert (change["kind"], change["current_changed"]) == ("retracted", True)


def test_an_article_killed_under_embargo_never_appears(client: httpx.Client, admin: httpx.Client) -> None:
    text = "Vardo Mining Plc has appointed Aud Berg as chief executive officer, it said."
    sent = send(client, "killed-sealed", text, embargoed=ahead(3)).json()
    send(client, "killed-sealed", text, pubstatus="canceled")

    time.sleep(5)

    assert everywhere(admin, "Aud Berg") == []
    is_helpful(client.get(f"/v1/articles/{sent['article']}"), 404, "not-found")


@pytest.mark.parametrize(
    ("more", "status", "kind"),
    [
        ({"embargoed": "2030-01-01"}, 422, "bad-date"),
        ({"embargoed": "soon"}, 422, "bad-date"),
        ({"embargoed": "2030-02-31T00:00:00Z"}, 422, "bad-date"),
        ({"pubstatus": "secret"}, 400, "bad-body"),
    ],
)
def test_an_embargo_that_names_no_moment_is_refused(
    service: Service, client: httpx.Client, more: dict[str, str], status: int, kind: str
) -> None:
    head = service.head()

    is_helpful(send(client, "bad", "Nothing happened.", **more), status, kind)

    assert service.head() == head
