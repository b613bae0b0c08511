"""Who may do what: every route by every kind of caller, generated from the table of routes."""

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import msgspec
import pytest
from litestar import get

from service.embedded.postgres import run_apart
from service.http.auth import demand_scopes
from service.keys import SCOPES
from tests.service.test_bad_input import is_helpful
from tests.support.routes import application, routes
from tests.support.service import Service


class Route(msgspec.Struct, frozen=True):
    method: str
    path: str
    scope: str | None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


TABLE = sorted(
    (
        Route(method, each.path, handler.opt["scope"])
        for each in routes()
        for handler in each.route_handlers
        for method in handler.http_methods
        if method != "OPTIONS"
    ),
    key=str,
)
REFUSALS = {"no-key", "wrong-key", "missing-scope"}
LOST = ("none", "unknown", "expired", "revoked")


def address(route: Route) -> str:
    """The route with ids of nothing."""
    return re.sub(r"{\w+(:int)?[^}]*}", lambda found: "7" if found[1] else "none", route.path)


@pytest.fixture(scope="module")
def callers(service: Service) -> Iterator[dict[str, dict[str, str]]]:
    """The headers of every kind of caller."""
    with service.client(service.key("admin")) as admin:

        def make(*scopes: str, **more: Any) -> dict[str, Any]:
            publishers = ["Some Paper"] if "ingest" in scopes else []
            body = {"subject": " ".join(scopes), "scopes": scopes, "publishers": publishers, **more}
            made: dict[str, Any] = admin.post("/v1/keys", json=body).raise_for_status().json()
            return made

        soon = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
        expired, revoked = make(*SCOPES, expires_at=soon), make(*SCOPES)
        admin.post(f"/v1/keys/{revoked['key']['id']}/revocation").raise_for_status()
        secrets = {scope: make(scope)["secret"] for scope in SCOPES}
        secrets |= {"expired": expired["secret"], "revoked": revoked["secret"], "unknown": "inc_00000000_x"}
        run_apart(asyncio.sleep(1.1))
        yield {
            "none": {},
            **{caller: {"Authorization": f"Bearer {secret}"} for caller, secret in secrets.items()},
        }


async def told(
    client: httpx.AsyncClient, method: str, route: Route, headers: dict[str, str]
) -> tuple[int, str]:
    """The status, and the kind of problem; of a stream only its beginning."""
    content = b"{}" if method == "POST" else None
    headers = {**headers, "Content-Type": "application/json"} if content else headers
    async with client.stream(method, address(route), headers=headers, content=content) as answer:
        if answer.headers.get("content-type") != "application/problem+json" or method == "HEAD":
            return answer.status_code, ""
        problem = msgspec.json.decode(await answer.aread())
        return answer.status_code, problem["type"].removeprefix("/problems/")


def test_every_route_admits_whom_it_should_and_nobody_else(
    service: Service, callers: dict[str, dict[str, str]]
) -> None:
    async def ask() -> list[str]:
        wrong = []
        async with httpx.AsyncClient(base_url=service.url, trust_env=False, timeout=30) as client:
            for route in TABLE:
                methods = [route.method, "HEAD"] if route.method == "GET" else [route.method]
                for method in methods:
                    for caller, headers in callers.items():
                        status, kind = await told(client, method, route, headers)
                        if not is_right(route, method, caller, status, kind):
                            wrong.append(
                                f"{method} {route.path} (scope {route.scope}) by {caller}: {status} {kind}"
                            )
        return wrong

    assert len(TABLE) > 40
    assert run_apart(ask()) == []


def is_right(route: Route, method: str, caller: str, status: int, kind: str) -> bool:
    if status >= 500:
        return route.path == "/health/ready"
    if route.scope is None:
        return kind not in REFUSALS
    if caller in LOST:
        expected = (401, "no-key" if caller == "none" else "wrong-key")
    elif caller not in (route.scope, "admin"):
        expected = (403, "missing-scope")
    else:
        return status not in (401, 403) or kind == "foreign-publisher"
    return (status, kind) == (expected if method != "HEAD" else (expected[0], ""))


def test_the_way_in_takes_no_article_for_anothers_publisher(
    service: Service, callers: dict[str, dict[str, str]]
) -> None:
    before = service.head()
    article = {"uri": "https://x.example/1", "text": "Nothing happened.", "publisher": "Another Paper"}
    with httpx.Client(base_url=service.url, headers=callers["ingest"], trust_env=False) as client:
        is_helpful(client.post("/v1/articles", json=article), 403, "foreign-publisher")
        page = client.post("/v1/articles?uri=https://x.example/2&publisher=Another+Paper", content="Nothing.",
                           headers={"Content-Type": "text/plain"})  # fmt: skip
        is_helpful(page, 403, "foreign-publisher")

    assert service.head() == before


def test_a_route_that_does_not_say_its_scope_keeps_the_service_from_starting() -> None:
    @get("/v1/forgotten")
    async def forgotten() -> str:
        return "open to all"

    @get("/v1/misspelt", opt={"scope": "reed"})
    async def misspelt() -> str:
        return "open to nobody"

    demand_scopes(application())
    for handler in (forgotten, misspelt):
        with pytest.raises(RuntimeError, match=handler.paths.copy().pop()):
            demand_scopes(application(handler))
