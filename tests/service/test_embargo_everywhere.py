"""What is sealed is in no answer of any route, nor in a webhook: asked for by every way that the routes have."""

import asyncio
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest
from litestar.handlers.base import BaseRouteHandler

from service.embedded.postgres import run_apart
from service.http.parameters import query_parameters
from tests.support.receiver import receiver
from tests.support.routes import routes
from tests.support.service import Service

SECRETS = ("Quorn", "Xanthippe", "Aldebaran")  # names that only sealed articles hold
OPEN = "Skerry Lines Plc has appointed Jorun Vik as chief executive officer, it said."
SEALED = "Skerry Lines Plc has dismissed Jorun Vik, and appointed Xanthippe Quorn as chief executive officer, it said."
NEWER = "Skerry Lines Plc has appointed Jorun Vik as chief executive officer, and Aldebaran Quorn as chairman, it said."
STREAMED = 1.0  # seconds for which a stream is read


class World(msgspec.Struct, frozen=True):
    """What there is to ask for; values by the name of the parameter."""

    ids: dict[str, list[str]]
    keys: dict[str, str]
    received: list[bytes]


@pytest.fixture(scope="module")
def world(service: Service) -> World:
    writer = service.key("read", "ingest", "review", "subscribe", publishers=("Desk",), trusted=True)
    embargo = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    received: list[bytes] = []

    async def fill() -> dict[str, list[str]]:
        headers = {"Authorization": f"Bearer {writer}"}
        async with (
            httpx.AsyncClient(base_url=service.url, headers=headers, trust_env=False, timeout=30) as client,
            receiver() as hook,
        ):

            async def send(name: str, text: str, **more: Any) -> dict[str, Any]:
                body = {"uri": f"https://d.example/{name}", "text": text, "published": "2026-03-10", **more}
                answer: dict[str, Any] = (
                    (await client.post("/v1/articles", json=body)).raise_for_status().json()
                )
                return answer

            types = ["holder.changed", "holder.announced", "timeline.amended"]
            made = await client.post("/v1/subscriptions", json={"url": hook.url, "types": types})
            first = await send("open", OPEN)
            other = await send("sealed", SEALED, title="Quorn", embargoed=embargo)
            hidden = await send(
                "withheld", SEALED.replace("Skerry", "Tarn"), title="Quorn", pubstatus="withheld"
            )
            newer = await send("open", NEWER, title="Aldebaran", embargoed=embargo)
            changes = (await client.get("/v1/changes", params={"min_position": newer["position"]})).json()
            await hook.until(lambda hook: len(hook.received) > 0, seconds=20)
            await asyncio.sleep(1.0)  # for what must not come
            received.extend(request.body for request in hook.received)
            receipt = (await client.post("/v1/checks", json={"text": OPEN})).json()["receipt"]
            claim = first["claims"][0]
            ids = {name: [claim[name]] for name in ("post", "person", "organization")}
            return ids | {
                "claim": [claim["id"]],
                "article": [first["article"]["id"], other["article"], hidden["article"]],
                "change": [changes["changes"][0]["id"]],
                "subscription": [made.json()["subscription"]["id"]],
                "receipt": [receipt],
                "position": [str(newer["position"])],
            }

    ids = run_apart(fill())
    scopes = ("read", "review", "subscribe", "ingest", "admin")
    keys = {
        scope: service.key(*dict.fromkeys((scope, "read")), publishers=("Desk",) * (scope == "ingest"))
        for scope in scopes
    }
    return World(ids, keys | {"writer": writer, "sealed": service.key("read", "read:embargoed")}, received)


def asked(world: World) -> Iterator[tuple[str, dict[str, str]]]:
    """Every GET of the table with every id that fits, bare and with each of its parameters that can lead to more."""
    for route in routes():
        for handler in route.route_handlers:
            if "GET" in handler.http_methods:
                for path in paths(route.path_format, world):
                    yield from ((path, parameters) for parameters in queries(handler, path, world))


def paths(template: str, world: World) -> list[str]:
    name = next(iter(re.findall(r"{(\w+?)_?}", template)), None)
    if name is None:
        return [template]
    return [re.sub(r"{\w+}", id_, template, count=1) for id_ in world.ids.get(name, ["1"])]


def queries(handler: BaseRouteHandler, path: str, world: World) -> Iterator[dict[str, str]]:
    words = path == "/v1/who"
    position, *_ = world.ids["position"]
    values = {
        "q": ["chairman", ""],
        "post": ["chairman", "chief executive officer"] if words else world.ids["post"],
        "org": ["Skerry Lines", "Tarn Lines"] if words else world.ids["organization"],
        "article": world.ids["article"],
        "include": ["refused", "claims", "quotes", "persons"],
        "review_state": ["proposed", "accepted", "rejected", "superseded", "withdrawn"],
        "as_of": ["2026-03-11", "2027-01-01"],
        "at_position": [position],
        "from_known": ["1"],
        "after": ["0.0", "0"],
        "format": ["csv", "ndjson", "json"],
    }
    known = query_parameters(handler)
    needed = {"post": values["post"][0]} if words else {"from_known": "1"} if "from_known" in known else {}
    yield needed
    for name, tried in values.items():
        if name in known:
            yield from ({**needed, name: value} for value in tried)


async def told(client: httpx.AsyncClient, path: str, parameters: dict[str, str]) -> str:
    """Everything that the answer says, its headers too; of a stream what comes in a while."""
    said = ""
    async with client.stream("GET", path, params=parameters) as answer:
        said += repr(answer.headers)
        try:
            async with asyncio.timeout(STREAMED if "event-stream" in said else 20):
                async for text in answer.aiter_text():
                    said += text
        except TimeoutError:
            assert "event-stream" in said, path
    return said


def test_nothing_sealed_is_in_any_answer_to_anybody(service: Service, world: World) -> None:
    questions = list(asked(world))
    articles = {f"/v1/articles/{article}" for article in world.ids["article"]}

    async def ask(secret: str) -> set[str]:
        headers = {"Authorization": f"Bearer {secret}"}
        async with httpx.AsyncClient(base_url=service.url, headers=headers, trust_env=False) as client:
            at_once = asyncio.Semaphore(8)

            async def leaks(path: str, parameters: dict[str, str]) -> bool:
                async with at_once:
                    said = await told(client, path, parameters)
                return any(secret in said for secret in SECRETS)

            leaked = await asyncio.gather(*(leaks(*question) for question in questions))
            return {path for (path, _), leak in zip(questions, leaked, strict=True) if leak}

    began = time.monotonic()
    leaks = {caller: run_apart(ask(secret)) for caller, secret in world.keys.items()}
    print(f"{len(questions)} questions by {len(leaks)} callers in {time.monotonic() - began:.0f} s")

    assert len(questions) > 60
    assert leaks.pop("sealed") == articles, "read:embargoed reads the article itself and nothing else"
    assert leaks.pop("admin") == articles
    assert {caller: leaked for caller, leaked in leaks.items() if leaked} == {}


def test_nothing_sealed_is_in_a_webhook(world: World) -> None:
    assert world.received
    assert [body for body in world.received if any(secret.encode() in body for secret in SECRETS)] == []


def test_a_draft_is_not_told_what_is_sealed(service: Service, world: World) -> None:
    draft = "Skerry Lines Plc chief executive officer Xanthippe Quorn spoke on Tuesday."
    with service.client(world.keys["read"]) as client:
        answer = client.post("/v1/checks", json={"text": draft}).json()

    assert answer["findings"]
    assert answer["supported"] == 0
    assert not any(article in str(answer["findings"]) for article in world.ids["article"][1:])
