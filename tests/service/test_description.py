"""The service describes itself: every route, its parameters, bodies and errors; and what it says is so."""

import re
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import httpx
import msgspec
import pytest

from events.catalogue import from_builtin
from service.http.contract import EXAMPLE_IDS, Contract
from service.http.openapi import undescribed
from service.problems import KINDS
from tests.support.routes import routes
from tests.support.service import Service


@pytest.fixture(scope="module")
def document(service: Service) -> dict[str, Any]:
    found: dict[str, Any] = httpx.get(f"{service.url}/schema/openapi.json", trust_env=False).json()
    return found


@pytest.fixture(scope="module")
def everything(service: Service) -> Iterator[httpx.Client]:
    key = service.key("read", "ingest", "review", "subscribe", "admin", publishers=("demo",), trusted=True)
    with service.client(key) as client:
        yield client


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        yield from (value for key, value in part.items() if key == "$ref")
        part = list(part.values())
    if isinstance(part, list):
        for each in part:
            yield from references(each)


def test_every_route_has_a_contract_and_stands_in_the_document(document: dict[str, Any]) -> None:
    served = {
        (re.sub(r"{(\w+?)_?}", r"{\1}", route.path_format), method.lower())
        for route in routes()
        for method in route.methods
        if method != "OPTIONS"
    }

    assert undescribed(routes()) == []
    assert {(path, method) for path, method, _ in operations(document)} == served


def test_every_reference_leads_somewhere_and_every_operation_has_a_name_of_its_own(
    document: dict[str, Any],
) -> None:
    names = [operation["operationId"] for _, _, operation in operations(document)]
    schemas = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}

    assert set(references(document)) <= schemas
    assert len(names) == len(set(names))
    assert all(
        target in names
        for _, _, operation in operations(document)
        for response in operation["responses"].values()
        for target in response.get("links", ())
    )


def test_every_error_is_described_with_its_type_and_what_to_do(document: dict[str, Any]) -> None:
    for path, method, operation in operations(document):
        for status, response in operation["responses"].items():
            if status[0] not in "45":
                continue
            told = response["content"]["application/problem+json"]["examples"]
            for kind, example in told.items():
                assert str(KINDS[kind].status) == status, (path, method)
                assert example["value"]["type"] == f"/problems/{kind}"
                assert example["value"]["remedy"]


def test_every_parameter_is_described(document: dict[str, Any]) -> None:
    bare = [
        (path, parameter["name"])
        for path, _, operation in operations(document)
        for parameter in operation["parameters"]
        if not parameter.get("description")
    ]

    assert bare == []


def test_webhooks_are_in_the_document(document: dict[str, Any]) -> None:
    sent = document["webhooks"]["holder.changed"]["post"]["requestBody"]["content"]

    assert set(sent) == {"application/cloudevents+json"}
    assert set(document["webhooks"]) >= {"holder.changed", "holder.announced", "timeline.amended"}


_NOT_TRIED = {
    "/v1/push/{key}",
    "/v1/log/head",
    "/health/ready",
    "/v1/changes/stream",
    "/v1/subscriptions/{subscription}/deliveries/stream",
}  # want a signature, tell how far it has come, or have no end


def _examples() -> list[tuple[str, str, Contract]]:
    """Path, method and contract; what leaves key, claim, person or subscription no more what they were comes last."""
    found = [
        (route.path_format, method, handler.opt["contract"])
        for route in routes()
        for handler in route.route_handlers
        for method in handler.http_methods
        if "contract" in handler.opt and route.path_format not in _NOT_TRIED
    ]
    last = ("/revocation", "/corrections", "/splits", "/merges")
    ends = ["DELETE /v1/subscriptions/{subscription}", *(f"POST {each}" for each in last)]

    def when(each: tuple[str, str, Contract]) -> tuple[int, bool, str]:
        path, method, _ = each
        named = [method == end.split()[0] and path.endswith(end.split()[1]) for end in ends]
        return (named.index(True) + 1 if True in named else 0), method == "DELETE", path

    return sorted(found, key=when)


@pytest.fixture(scope="module")
def ids(everything: httpx.Client) -> dict[str, str]:
    """Ids of a service that has read the demonstration's article, in place of the documented ones."""
    text = "Norland's Deputy Defence Minister Dmitri Bulgakov was dismissed on Saturday, the Defence Ministry said."
    article = everything.post(
        "/v1/articles", json={"uri": "https://news.example/d", "text": text, "published": "2022-09-24"}
    ).json()
    claim = article["claims"][0]
    other = everything.post(
        "/v1/articles",
        json={"uri": "https://news.example/e", "text": text.replace("Dmitri Bulgakov", "Edda Lunde")},
    ).json()
    made = everything.post(
        "/v1/subscriptions", json={"url": "http://127.0.0.1:9/", "from_position": 0}
    ).json()
    everything.post(f"/v1/subscriptions/{made['subscription']['id']}/secrets", json={})
    changes = everything.get("/v1/changes", params={"min_position": article["position"]}).json()["changes"]
    return {
        "message": _message(everything, made["subscription"]["id"]),
        "article": article["article"]["id"],
        "claim": claim["id"],
        "post": claim["post"],
        "person": claim["person"],
        "other": other["claims"][0]["person"],
        "organization": claim["organization"],
        "subscription": made["subscription"]["id"],
        "change": changes[0]["id"],
        "kind": "bad-date",
        "key": everything.post("/v1/keys", json={"subject": "spare", "scopes": ["read"]}).json()["key"]["id"],
        "number": "1",
        "receipt": everything.post("/v1/checks", json={"text": text}).json()["receipt"],
    }


def _message(everything: httpx.Client, subscription: str) -> str:
    """The first message that is queued for a subscription."""
    for _ in range(200):
        if found := everything.get(f"/v1/subscriptions/{subscription}/deliveries").json()["deliveries"]:
            return str(found[0]["message"])
        time.sleep(0.05)
    raise AssertionError("nothing was queued")


@pytest.mark.parametrize(
    ("path", "method", "contract"), _examples(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_the_documented_example_gives_what_is_documented(
    everything: httpx.Client, ids: dict[str, str], path: str, method: str, contract: Contract
) -> None:
    given = re.sub(r"{(\w+?)_?}", lambda found: ids[found[1]], path)
    body = msgspec.json.encode(contract.body.get("application/json")).decode()
    for name, example in EXAMPLE_IDS.items():
        body = body.replace(f'"{example}"', f'"{ids[name]}"')
    content = body.encode() if contract.body else None
    headers = {"Content-Type": "application/json"} if contract.body else {}

    answer = everything.request(method, given, params=contract.example, content=content, headers=headers)

    assert answer.status_code in contract.gives, answer.text
    form = contract.gives[answer.status_code]
    if isinstance(form, type) and issubclass(form, msgspec.Struct):
        msgspec.json.decode(answer.content, type=form, dec_hook=from_builtin)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.ids: set[str] = set()
        self.targets: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        if name := given.get("id"):
            self.ids.add(name)
        if target := given.get("href"):
            self.targets.add(target)


def test_the_page_holds_every_operation_and_fetches_nothing(
    service: Service, document: dict[str, Any]
) -> None:
    answer = httpx.get(f"{service.url}/docs", trust_env=False)

    read = _Page()
    read.feed(answer.text)
    assert answer.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert {operation["operationId"] for _, _, operation in operations(document)} <= read.ids
    assert read.tags.isdisjoint({"script", "link", "img", "iframe"})
    assert {target.removeprefix("#") for target in read.targets if target.startswith("#")} <= read.ids
    assert {target for target in read.targets if not target.startswith("#")} == {"/schema/openapi.json"}
