"""A timeline over HTTP: as a picture and as a table, as known at any moment, with the conventions of every answer."""

import csv
import io
from typing import Any

import httpx
import pytest

from service.rendering.timeline_svg import POLICY


@pytest.fixture(scope="module")
def told(client: httpx.Client) -> dict[str, Any]:
    text = "Fjord Kelp Plc has appointed Signe Dahl as chief executive officer, it said."
    sent = client.post(
        "/v1/articles", json={"uri": "https://desk.example/dahl", "text": text, "published": "2026-03-10"}
    )
    assert sent.status_code == 201, sent.text
    answer: dict[str, Any] = sent.json()
    return answer


def test_the_picture_shows_the_holder_and_may_be_embedded(client: httpx.Client, told: dict[str, Any]) -> None:
    path = f"/v1/posts/{told['claims'][0]['post']}/timeline.svg"
    answer = client.get(path, params={"as_of": "2026-03-11"})
    again = client.get(
        path, params={"as_of": "2026-03-11"}, headers={"If-None-Match": answer.headers["etag"]}
    )

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.headers["content-security-policy"] == POLICY
    assert "Signe Dahl" in answer.text
    assert "On 11 March 2026: held by Signe Dahl." in answer.text
    assert again.status_code == 304


def test_the_table_opens_in_a_spreadsheet(client: httpx.Client, told: dict[str, Any]) -> None:
    answer = client.get(f"/v1/posts/{told['claims'][0]['post']}/timeline.csv", params={"as_of": "2026-03-11"})
    (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""))

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert (row["name"], row["certainty"], row["as_of"]) == ("Signe Dahl", "certain", "2026-03-11")
    assert row["sources"] == "https://desk.example/dahl"


@pytest.mark.parametrize("form", ["svg", "csv"])
def test_what_was_known_before_is_shown_as_it_was(
    client: httpx.Client, told: dict[str, Any], form: str
) -> None:
    path = f"/v1/posts/{told['claims'][0]['post']}/timeline.{form}"

    assert client.get(path, params={"at_position": 1}).status_code == 404
    assert "Signe Dahl" in client.get(path, params={"at_position": told["position"]}).text
    assert client.get(f"/v1/posts/post-none/timeline.{form}").status_code == 404
    assert client.get(path, params={"as_of": "soon"}).status_code == 422


def test_a_width_that_cannot_be_read_is_refused(client: httpx.Client, told: dict[str, Any]) -> None:
    path = f"/v1/posts/{told['claims'][0]['post']}/timeline.svg"

    assert client.get(path, params={"width": 40}).status_code == 400
    assert 'width="1200"' in client.get(path, params={"width": 1200}).text
