"""The article that the project starts from: a dismissal, a successor, and a sentence that must change nothing."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.service import Service


@pytest.fixture(scope="module")
def posted(service: Service, client: httpx.Client, shared_data: Path) -> dict[str, Any]:
    seed = (shared_data / "articles" / "seed.txt").read_bytes()
    response = client.post(
        "/v1/articles",
        params={"uri": "https://news.example/seed"},
        content=seed,
        headers={"Content-Type": "text/plain"},
    )
    assert response.status_code == 201, response.text
    answer: dict[str, Any] = response.json()
    return answer


def test_the_publication_date_is_read_from_the_text_and_marked_as_derived(posted: dict[str, Any]) -> None:
    article = posted["article"]

    assert (article["published"], article["published_basis"]) == ("2022-09-24", "derived")


def test_it_says_four_things_and_nothing_else(posted: dict[str, Any]) -> None:
    said = {
        (claim["kind"], claim["person_name"], claim["post_label"], claim["organization_name"])
        for claim in posted["claims"]
    }

    assert said == {
        ("out", "Dmitry Bulgakov", "deputy defense minister", "Russia"),
        ("in", "Mikhail Mizintsev", "deputy defense minister", "Russia"),
        ("holds", "Vladimir Putin", "president", "Russia"),
        ("holds", "Sergei Shoigu", "defense minister", "Russia"),
    }


def test_the_dismissal_is_dated_and_said_by_the_ministry(posted: dict[str, Any]) -> None:
    out = next(claim for claim in posted["claims"] if claim["kind"] == "out")

    assert (out["date"], out["reason"], out["official"]) == ("2022-09-24", "dismissed", True)
    assert "Defense Ministry" in out["attribution"]


def test_who_held_the_post_the_day_before(client: httpx.Client, posted: dict[str, Any]) -> None:
    answer = client.get("/v1/who", params={"post": "deputy defense minister", "as_of": "2022-09-23"}).json()[
        "answer"
    ]

    assert [holder["name"] for holder in answer["holders"]] == ["Dmitry Bulgakov"]


def test_who_holds_it_from_that_day_on(client: httpx.Client, posted: dict[str, Any]) -> None:
    answer = client.get("/v1/who", params={"post": "deputy defence minister", "as_of": "2022-09-24"}).json()[
        "answer"
    ]

    holder = answer["holders"][0]
    assert [h["name"] for h in answer["holders"]] == ["Mikhail Mizintsev"]
    assert holder["start"] == {"date": "2022-09-24", "basis": "paired"}
    assert not answer["complete"]


def test_the_minister_pushed_aside_has_not_left(client: httpx.Client, posted: dict[str, Any]) -> None:
    answer = client.get(
        "/v1/who", params={"post": "defense minister", "org": "Russia", "as_of": "2022-09-24"}
    ).json()

    holder = answer["answer"]["holders"][0]
    assert (holder["name"], holder["end"]) == ("Sergei Shoigu", None)
