"""Idempotency-Key on every POST: claimed before the handler, settled when its answer leaves.

Only an answer of success is kept. A refusal or a failure frees the key: what was refused has done nothing, and is
looked at anew when it is sent again.
"""

import hashlib
import logging
import re
from typing import Any

import asyncpg
from litestar import Request, Response
from litestar.handlers.base import BaseRouteHandler

from service import idempotency
from service.bootstrap import House
from service.editing import Once
from service.http.conventions import App, Message
from service.http.provided import key_of
from service.idempotency import Answer, Idempotency, InFlight, Lease, Reused
from service.problems import Problem

HEADER = "idempotency-key"
PROBLEMS = ("bad-idempotency-key", "in-flight", "idempotency-key-reused", "answer-withheld")

_LEASE = "idempotency"  # in the request's state
_KEY = re.compile(r'"((?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\]){1,255})"|([\x21\x23-\x7e]{1,255})', re.ASCII)
_KEPT = frozenset((b"content-type", b"location", b"retry-after"))  # headers that belong to the answer

logger = logging.getLogger(__name__)


async def claim_key(request: Request[Any, Any, Any]) -> Response[bytes] | None:
    """For a POST with the header: the answer that was given before; None where it is to be carried out now.

    Raises Problem (400, 409, 422).
    """
    if request.method != "POST" or not takes_key(request.route_handler):
        return None
    if (given := request.headers.getall(HEADER, None)) is None:
        return None
    key, house = key_of(request), request.app.state.house
    assert isinstance(house, House)
    place = idempotency.Request(
        key.id, f"POST {request.scope['path_template']}", parsed(given), await _fingerprint(request)
    )
    match await Idempotency(house.pool).claim(place):
        case Lease() as lease:
            request.scope["state"][_LEASE] = lease
            return None
        case InFlight():
            raise Problem(
                "in-flight",
                f"a request with the key {place.key!r} is being carried out",
                headers={"Retry-After": "1"},
            )
        case Reused():
            raise Problem("idempotency-key-reused", f"the key {place.key!r} came with another request before")
        case Answer(body=None) as answer:
            raise Problem(
                "answer-withheld",
                f"the request was carried out and answered with {answer.status}",
                see=answer.headers.get("location"),
            )
        case Answer() as answer:
            headers = {**answer.headers, "Idempotency-Replayed": "true"}
            return Response(answer.body or b"", status_code=answer.status, headers=headers)


def once(request: Request[Any, Any, Any]) -> Once:
    """What makes the request's append happen once even if the worker dies between the append and its answer."""
    lease = request.scope["state"].get(_LEASE)
    if not isinstance(lease, Lease):
        return Once()
    return Once(" ".join(lease.request.place), lease.request.fingerprint)


def takes_key(handler: BaseRouteHandler) -> bool:
    """Whether a POST does something that must not be done twice. What only reads does not, and its answer may hold a
    draft that is not to be kept; what is sent without an API key is signed, and known by what it says.
    """
    return handler.opt["scope"] not in (None, "read")


def parsed(given: list[str]) -> str:
    """The key of the header's values: a string of RFC 8941, or bare as many clients send it. Raises Problem (400)."""
    match = _KEY.fullmatch(given[0].strip()) if len(given) == 1 else None
    if match is None:
        detail = f"{', '.join(given)[:60]!r} is no key"
        raise Problem("bad-idempotency-key", detail, field="Idempotency-Key")
    return re.sub(r'\\(["\\])', r"\1", match[1]) if match[1] is not None else match[2]


class Settling:
    """The application, its answers kept or its keys freed as they leave."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http" or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        parts: list[Message] = []

        async def settled(message: Message) -> None:
            lease = scope.get("state", {}).get(_LEASE)
            if lease is None:
                await send(message)
                return
            parts.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                await _settle(scope["litestar_app"].state.house, lease, parts)
                for part in parts:
                    await send(part)

        await self._app(scope, receive, settled)


async def _settle(house: House, lease: Lease, parts: list[Message]) -> None:
    start, *bodies = parts
    store = Idempotency(house.pool)
    try:
        if not 200 <= start["status"] < 300:
            await store.release(lease)
            return
        headers = {
            name.decode().lower(): value.decode() for name, value in start["headers"] if name.lower() in _KEPT
        }
        # RFC 9111, 5.2.2.5: such an answer is not to be stored; it holds a secret that is shown once.
        body = None if _is_no_store(start) else b"".join(part["body"] for part in bodies)
        await store.keep(lease, Answer(start["status"], headers, body))
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        # It was carried out, and says so. The lease runs out by itself.
        logger.warning("the answer to a request with an idempotency key was not kept: %s", error)


def _is_no_store(start: Message) -> bool:
    return any(name.lower() == b"cache-control" and b"no-store" in value for name, value in start["headers"])


async def _fingerprint(request: Request[Any, Any, Any]) -> bytes:
    """SHA-256 of all that the request says: path, query, type and body."""
    digest = hashlib.sha256()
    body = await request.body()
    content_type = request.headers.get("content-type", "")
    for part in (request.scope["path"].encode(), request.scope["query_string"], content_type.encode(), body):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.digest()
