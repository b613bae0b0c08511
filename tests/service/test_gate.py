"""Ways to show a key where no Bearer header can be sent, and what limits say."""

import base64
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import httpx
import pytest

from service.signed_urls import SignedUrls
from tests.service.test_bad_input import is_helpful
from tests.support.service import Service


@pytest.fixture(scope="module")
def anyone(service: Service) -> Iterator[httpx.Client]:
    with service.client(None) as anyone:
        yield anyone


@pytest.fixture(scope="module")
def reader(service: Service) -> Iterator[httpx.Client]:
    with service.client(service.key("read", "read:embargoed", "review")) as reader:
        yield reader


def basic(text: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(text.encode()).decode()}


def ahead(seconds: float) -> str:
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


def signed(client: httpx.Client, path: str, seconds: float = 60) -> str:
    answer = client.post("/v1/signed-urls", json={"path": path, "expires": ahead(seconds)})
    assert answer.status_code == 201, answer.text
    url: str = answer.json()["url"]
    return url[url.index("/v1/") :]


def test_basic_takes_the_key_as_password_whoever_the_user_is(service: Service, anyone: httpx.Client) -> None:
    key = service.key("read")

    for user in ("", "feed-reader", "käthe"):
        assert anyone.get("/v1/board", headers=basic(f"{user}:{key}")).status_code == 200
    for wrong in (key, f"{key}:", f"u:{key}x", ":"):
        is_helpful(anyone.get("/v1/board", headers=basic(wrong)), 401, "wrong-key")
    is_helpful(anyone.get("/v1/board", headers={"Authorization": "Basic !!!"}), 401, "wrong-key")
    assert "Basic" in anyone.get("/v1/board").headers["www-authenticate"]


@pytest.mark.parametrize("path", ["/v1/board", "/v1/board?limit=5", "/v1/posts?q=caf%C3%A9&limit=3"])
def test_a_signed_url_reads_that_path_and_query_and_nothing_else(
    reader: httpx.Client, anyone: httpx.Client, path: str
) -> None:
    url = signed(reader, path)

    assert anyone.get(url).status_code == 200
    assert anyone.head(url).status_code == 200
    assert anyone.get(url).headers["ratelimit-policy"].startswith('"key"')
    token = url.partition("signature=")[2]
    for other in (
        f"/v1/log/head?signature={token}",
        url.replace("signature=", "q=x&signature="),
        url.replace("signature=", "limit=6&signature="),
        url[:-2] + ("AA" if url[-2:] != "AA" else "BB"),
        url.replace(f"signature={token}", "signature="),
    ):
        is_helpful(anyone.get(other), 401, "bad-url-signature")
    is_helpful(anyone.get(f"{url}&limit=7"), 401, "no-key")
    is_helpful(anyone.get(f"/v1/board?signature={token}&signature={token}"), 401, "bad-url-signature")
    is_helpful(anyone.post(url), 405, "method-not-allowed")


def test_a_signed_url_has_the_scope_read_and_no_other_of_its_maker(
    reader: httpx.Client, anyone: httpx.Client
) -> None:
    for path in ("/v1/claims", "/v1/keys", "/v1/subscriptions"):
        is_helpful(anyone.get(signed(reader, path)), 403, "missing-scope")


def test_a_signed_url_ends_when_it_says(reader: httpx.Client, anyone: httpx.Client) -> None:
    url = signed(reader, "/v1/board", 2)

    assert anyone.get(url).status_code == 200
    time.sleep(2.1)
    is_helpful(anyone.get(url), 401, "bad-url-signature")


def test_only_this_house_can_sign(service: Service, anyone: httpx.Client) -> None:
    url = SignedUrls(["another secret"]).sign("key-01", "/v1/board", int(time.time()) + 60)

    is_helpful(anyone.get(url), 401, "bad-url-signature")


@pytest.mark.parametrize(
    ("body", "kind", "field"),
    [
        ({"path": "/v1/board", "expires": ahead(-1)}, "unfit", "expires"),
        ({"path": "/v1/board", "expires": ahead(400 * 86_400)}, "unfit", "expires"),
        ({"path": "/v1/board", "expires": "2030-01-01"}, "bad-date", "expires"),
        ({"path": "https://evil.example/", "expires": ahead(9)}, "unfit", "path"),
        ({"path": "//evil.example/", "expires": ahead(9)}, "unfit", "path"),
        ({"path": "/v1/board#x", "expires": ahead(9)}, "unfit", "path"),
        ({"path": "/v1/board\r\nX: y", "expires": ahead(9)}, "unfit", "path"),
        ({"path": "/v1/posts?q=é", "expires": ahead(9)}, "unfit", "path"),
        ({"path": "/v1/board?signature=x", "expires": ahead(9)}, "unfit", "path"),
        ({"path": "/v1/posts?q=" + quote("x" * 3_000), "expires": ahead(9)}, "unfit", "path"),
        ({"path": "/v1/board"}, "bad-body", None),
    ],
)
def test_what_cannot_be_signed(
    reader: httpx.Client, body: dict[str, str], kind: str, field: str | None
) -> None:
    answer = reader.post("/v1/signed-urls", json=body)

    assert is_helpful(answer, 400 if kind == "bad-body" else 422, kind).get("field") == field


def test_what_is_left_goes_down_and_is_told_with_errors_too(service: Service) -> None:
    with service.client(service.key("read")) as client:
        answers = [
            client.get(path) for path in ("/v1/board", "/v1/board", "/v1/nowhere/x", "/v1/keys", "/v1/board")
        ]

    counted = [answer for answer in answers if answer.status_code != 404]
    left = [int(answer.headers["ratelimit"].split(";")[1].removeprefix("r=")) for answer in counted]
    assert [answer.status_code for answer in answers] == [200, 200, 404, 403, 200]
    assert left == sorted(left, reverse=True)
    assert "ratelimit" not in answers[2].headers, "what is no route counts for nobody"
