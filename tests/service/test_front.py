"""The shortest way to who holds a post: the same answers as the long way, and never older ones."""

import asyncio
import random
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from service.allowance import Allowance
from service.http.front import Front
from service.http.gate import ANONYMOUS, Caller
from tests.support.servers import Database
from tests.support.service import Service, serving

OF_EACH_REQUEST = {"x-request-id", "ratelimit", "date", "vary"}  # Vary: the long way is asked with an Origin


def article(number: int, name: str) -> dict[str, str]:
    text = f"Harbour Quill Plc has appointed {name} as chief executive officer, the company said on Tuesday."
    return {"uri": f"https://desk.example/{number}", "text": text, "published": "2026-03-10"}


@pytest.fixture(scope="module")
def post(client: httpx.Client) -> str:
    sent = client.post("/v1/articles", json=article(0, "Ada Marlow"))
    assert sent.status_code == 201, sent.text
    post: str = sent.json()["claims"][0]["post"]
    return post


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?as_of=2026-03-09",
        "?as_of=2026-03-11&min_position=1",
        "?at_position=5",
        "?at_position=0",
        "?known_at=2020-01-01T00:00:00Z",
        "?known_at=2026-03-10T00%3A00%3A00%2B01%3A00",
        "?as_of=2026-03-31&at_position=6",
        "?as_of=2026-02-31",
        "?as_of=",
        "?as_of=2026-03-09&as_of=2026-03-10",
        "?known_at=2020-01-01",
        "?at_position=5&known_at=2020-01-01T00:00:00Z",
        "?at_position=-1",
        "?at_position=99999999",
        "?at_position=9999999999999999999999",
        "?colour=red",
        "?as_of=2026-03-09&",
        "?=",
        "?as_of=%ff",
    ],
)
@pytest.mark.parametrize("accept", ["identity", "gzip", "gzip;q=0", "*"])
def test_it_answers_as_the_long_way_does(client: httpx.Client, post: str, query: str, accept: str) -> None:
    path = f"/v1/posts/{post}/holders{query}"
    for _ in range(2):  # the second is in memory
        # An id of our own, for those that are made grow longer, and a problem's body with them.
        headers = {"Accept-Encoding": accept, "X-Request-Id": "of-both"}
        short = client.get(path, headers=headers)
        long = client.get(path, headers=headers | {"Origin": "https://other.example"})

        assert (short.status_code, without_id(short)) == (long.status_code, without_id(long))
        assert told(short) == told(long)
        if short.status_code == 200:
            known = client.get(path, headers=headers | {"If-None-Match": f'"x", {short.headers["etag"]}'})
            again = client.get(
                path,
                headers=headers | {"If-None-Match": short.headers["etag"], "Origin": "https://other.example"},
            )
            assert (known.status_code, known.content, told(known)) == (304, b"", told(again))


def without_id(response: httpx.Response) -> Any:
    answer = response.json()
    answer.pop("request_id", None)
    return answer


def told(response: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in response.headers.items() if name not in OF_EACH_REQUEST}


@pytest.mark.parametrize("path", ["post-nowhere", "", "a/b", "post-%00", "post-" + "x" * 200, "..", "%2e%2e"])
def test_what_is_no_post_is_a_problem(client: httpx.Client, path: str) -> None:
    answer = client.get(f"/v1/posts/{path}/holders")

    assert answer.status_code in (400, 404)
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_request_keeps_its_id_and_counts(client: httpx.Client, post: str) -> None:
    answers = [
        client.get(f"/v1/posts/{post}/holders", headers={"X-Request-Id": f"mine-{number}"})
        for number in range(3)
    ]

    assert [answer.headers["x-request-id"] for answer in answers] == ["mine-0", "mine-1", "mine-2"]
    left = [int(answer.headers["ratelimit"].split("r=")[1].split(";")[0]) for answer in answers]
    assert left[0] > left[1] > left[2] or left[2] > left[0]  # a new minute began


@pytest.mark.parametrize("scheme", ["", "Bearer", "Bearer nonsense", "Basic eDp5", "Digest x"])
def test_nobody_gets_through_without_a_key(
    service: Service, client: httpx.Client, post: str, scheme: str
) -> None:
    path = f"/v1/posts/{post}/holders"
    assert client.get(path).status_code == 200
    headers = {"Authorization": scheme} if scheme else {}

    answer = httpx.get(f"{service.url}{path}", headers=headers, trust_env=False)

    assert answer.status_code == 401


def test_a_key_without_the_scope_is_refused_and_basic_is_taken(service: Service, post: str) -> None:
    path = f"{service.url}/v1/posts/{post}/holders"
    ingest, read = service.key("ingest", publishers=("Other",)), service.key("read")

    refused = httpx.get(path, headers={"Authorization": f"Bearer {ingest}"}, trust_env=False)
    taken = httpx.get(path, auth=("anyone", read), trust_env=False)

    assert (refused.status_code, taken.status_code) == (403, 200)


def test_many_posts_in_one_request(client: httpx.Client, post: str) -> None:
    single = client.get(f"/v1/posts/{post}/holders", params={"as_of": "2026-03-11"}).json()

    answer = client.post(
        "/v1/bulk/holders", json={"posts": [post, "post-nowhere", post], "as_of": "2026-03-11"}
    )

    assert answer.json() == {"answers": [single], "unknown": ["post-nowhere"]}
    earlier = client.post("/v1/bulk/holders", json={"posts": [post], "at_position": 1}).json()
    assert earlier == {"answers": [], "unknown": [post]}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"posts": []},
        {"posts": [f"post-{number}" for number in range(1_001)]},
        {"posts": "post-1"},
        {"posts": [1]},
        {"posts": ["post-1"], "as_of": "yesterday"},
        {"posts": ["post-1"], "at_position": 10**12},
        {"posts": ["post-1"], "colour": "red"},
    ],
)
def test_a_bulk_request_that_makes_no_sense_is_refused(client: httpx.Client, body: dict[str, Any]) -> None:
    assert client.post("/v1/bulk/holders", json=body).status_code in (400, 422)


def test_of_several_workers_none_answers_with_what_is_older_than_asked_for(
    service: Service, client: httpx.Client, database: Database, redis_url: str, post: str, tmp_path: Path
) -> None:
    seed = random.randrange(1_000_000)
    print(f"seed {seed}")
    dice = random.Random(seed)
    names = [
        f"{dice.choice(['Ada', 'Bo', 'Cy'])} {family}" for family in "Varga Osten Keller Lunde Moreau".split()
    ]
    lags: list[float] = []
    with serving(database, redis_url, tmp_path) as second:
        key = client.headers["authorization"]

        async def run() -> None:
            async with (
                httpx.AsyncClient(
                    base_url=service.url, headers={"Authorization": key}, trust_env=False
                ) as one,
                httpx.AsyncClient(
                    base_url=second.url, headers={"Authorization": key}, trust_env=False
                ) as other,
            ):
                for number, name in enumerate(names, start=1):
                    for each in (one, other):  # both have it in memory
                        await each.get(f"/v1/posts/{post}/holders")
                    writer, reader = dice.sample([one, other], 2)
                    sent = await writer.post("/v1/articles", json=article(number, name), timeout=20)
                    position = sent.json()["position"]
                    began = time.perf_counter()
                    answer = await reader.get(f"/v1/posts/{post}/holders", params={"min_position": position})
                    assert name in held_by(answer), f"{name} is not there at {position}"
                    while name not in held_by(await reader.get(f"/v1/posts/{post}/holders")):
                        assert time.perf_counter() - began < 5
                    lags.append(time.perf_counter() - began)

        asyncio.run(run())
    print(f"without min_position seen after {max(lags) * 1000:.0f} ms at the latest")


async def test_what_cannot_be_found_in_time_goes_the_long_way(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: Any) -> None:
        await asyncio.Event().wait()

    async def long_way(scope: Any, receive: Any, send: Any) -> None:
        went.append(scope["path"])

    went: list[str] = []
    monkeypatch.setattr("service.http.front._PATIENCE", 0.02)
    monkeypatch.setattr("service.http.front._found", never)
    gate = SimpleNamespace(at_once=lambda scope, wanted: Caller(ANONYMOUS, Allowance(10)))
    house: Any = SimpleNamespace(gate=gate, memory=SimpleNamespace(at_once=lambda *_: None))
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/v1/posts/post-1/holders",
        "query_string": b"",
        "headers": [],
    }

    async with asyncio.timeout(5):
        await Front(long_way, lambda: house, lambda app: app)(scope, never, never)

    assert went == ["/v1/posts/post-1/holders"]


def held_by(answer: httpx.Response) -> set[str]:
    assert answer.status_code == 200, answer.text
    body = answer.json()
    return {holder["name"] for holder in [*body["holders"], *body["incoming"]]}
