"""The outermost layer: what holds for every request whatever its route, and for every answer whoever made it.

A request has an id; its headers, path and body are within bounds, and the body comes in time and not in disguise. An
answer carries that id, the caller's limits and the security headers, and there is one, also where all else fails.
"""

import asyncio
import itertools
import logging
import re
import secrets
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any
from urllib.parse import unquote_to_bytes

import msgspec
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from service.http.bodies import MAX_BODY
from service.http.gate import Caller
from service.http.nesting import is_deeper
from service.problems import Problem
from service.signed_urls import PARAMETER

MOST_HEADERS = 16_384  # bytes of names and values
DEEPEST = 64  # levels of JSON
BODY_GRACE = 10.0  # seconds in which a body may begin to come
SLOWEST_BODY = 20_000  # bytes a second that must have come after the grace
ANSWER_WITHIN = 30.0  # seconds until an answer begins

_SANE_ID = re.compile(rb"[A-Za-z0-9._:/+=@-]{1,100}", re.ASCII)
_BAD_PATH = re.compile(rb"%2f|%5c|%0|%1|%7f|\\|//|/\.\.?(/|$)|%2e%2e", re.IGNORECASE)
_SECURITY = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer"))
_SIGNATURE = PARAMETER.encode() + b"="
_started = f"{secrets.token_hex(5)}-"
_numbers = itertools.count(1)

request_id: ContextVar[str] = ContextVar("request_id", default="-")

logger = logging.getLogger(__name__)


def standard_headers(id_: str, caller: Caller | None) -> list[tuple[bytes, bytes]]:
    """What every answer carries, beside its own headers."""
    limits = () if caller is None else caller.headers()
    return [(b"x-request-id", id_.encode()), *_SECURITY, *limits]


def id_of(headers: Any) -> str:
    """The id that the client gave its request if it is a sane one, else a new one."""
    for name, value in headers:
        if name == b"x-request-id" and _SANE_ID.fullmatch(value):
            return str(value, "ascii")
    return f"{_started}{next(_numbers)}"


class Edge:
    """Wraps the application."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        """`https`: clients reach the service by https, and are told never to come by http again."""
        self._app = app
        self._otherwise = [  # where the answer says nothing else
            (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
            (b"cache-control", b"no-store"),
            *([(b"strict-transport-security", b"max-age=31536000")] if https else []),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        state["request_id"] = id_ = id_of(scope["headers"])
        request_id.set(id_)
        began = False
        deadline: asyncio.Timeout | None = None

        async def answer(message: Message) -> None:
            nonlocal began
            if message["type"] == "http.response.start":
                began = True
                if deadline is not None:
                    deadline.reschedule(None)  # a stream goes on as long as it likes
                message["headers"] = self._completed([*message["headers"]], id_, state.get("caller"))
            await send(message)

        try:
            _check(scope)
            _take_signature(scope)
            try:
                async with asyncio.timeout(ANSWER_WITHIN) as deadline:
                    await self._app(scope, _Body(scope, receive), answer)
            finally:
                deadline = None
        except Problem as problem:
            await _send_problem(answer, problem, id_)
        except TimeoutError:
            logger.error(
                "%s %s took over %s s",
                scope["method"],
                scope["raw_path"].decode("ascii", "replace"),
                ANSWER_WITHIN,
            )
            if not began:
                slow = Problem(
                    "not-ready", f"no answer was found in {ANSWER_WITHIN:.0f} s", headers={"Retry-After": "5"}
                )
                await _send_problem(answer, slow, id_)
        except Exception:  # whatever it is, it is this request's alone
            logger.exception("%s %s failed", scope["method"], scope["raw_path"].decode("ascii", "replace"))
            if not began:
                await _send_problem(
                    answer, Problem("internal", "something broke that is not your fault"), id_
                )

    def _completed(
        self, headers: list[tuple[bytes, bytes]], id_: str, caller: Caller | None
    ) -> list[tuple[bytes, bytes]]:
        said = {name.lower() for name, _ in headers}
        return [
            *headers,
            *standard_headers(id_, caller),
            *(header for header in self._otherwise if header[0] not in said),
        ]


class _Body:
    """The body, read at the first call to its end: within its bounds, in time, and not nested too deep."""

    def __init__(self, scope: HTTPScope, receive: Receive) -> None:
        self._scope = scope
        self._receive = receive
        self._is_read = False

    async def __call__(self) -> Any:
        if self._is_read:
            return await self._receive()  # it says when the client goes away
        self._is_read = True
        parts: list[bytes] = []
        length, more = 0, True
        loop = asyncio.get_running_loop()
        began = loop.time()
        while more:
            try:
                async with asyncio.timeout_at(began + BODY_GRACE + length / SLOWEST_BODY):
                    message: Any = await self._receive()
            except TimeoutError:
                raise Problem("too-slow", f"{length} bytes of the body came in {loop.time() - began:.0f} s",
                              headers={"Connection": "close"}) from None  # fmt: skip
            if message["type"] == "http.disconnect":
                return message
            parts.append(message["body"])
            length, more = length + len(message["body"]), message["more_body"]
            if length > MAX_BODY:
                raise Problem(
                    "too-large", f"the body is over {MAX_BODY} bytes", headers={"Connection": "close"}
                )
        body = parts[0] if len(parts) == 1 else b"".join(parts)
        if b"json" in _header(self._scope, b"content-type").lower() and is_deeper(body, DEEPEST):
            raise Problem(
                "bad-body",
                f"the body is JSON nested over {DEEPEST} levels deep, or its brackets do not match",
            )
        return {"type": "http.request", "body": body, "more_body": False}


def _check(scope: HTTPScope) -> None:
    """Raises Problem for what no route takes."""
    if sum(len(name) + len(value) for name, value in scope["headers"]) > MOST_HEADERS:
        raise Problem("headers-too-large", f"the headers are over {MOST_HEADERS} bytes")
    if _BAD_PATH.search(scope["raw_path"]):
        raise Problem(
            "not-found", "no path here holds control characters, encoded slashes, or empty or dotted parts"
        )
    try:
        for part in (scope["raw_path"], scope["query_string"]):
            unquote_to_bytes(part).decode()
    except UnicodeDecodeError:
        raise Problem("bad-request", "the address is not UTF-8 in percent-encoding") from None
    encoding = _header(scope, b"content-encoding")
    if encoding and encoding.lower() != b"identity":
        raise Problem("unsupported-encoding", "the body has a Content-Encoding",
                      headers={"Accept-Encoding": "identity"})  # fmt: skip


def _take_signature(scope: HTTPScope) -> None:
    """Takes the signature of a signed URL off the query: no route, cursor or cache is to see it."""
    query, found, signature = scope["query_string"].rpartition(_SIGNATURE)
    if found and b"&" not in signature and (not query or query.endswith(b"&")):
        scope["query_string"] = query[:-1]
        scope["state"]["signature"] = signature.decode("ascii", "replace")


def _header(scope: HTTPScope, wanted: bytes) -> bytes:
    return next((value for name, value in scope["headers"] if name == wanted), b"")


async def _send_problem(send: Callable[[Any], Awaitable[None]], problem: Problem, id_: str) -> None:
    body = msgspec.json.encode(problem.body(id_))
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", b"%d" % len(body))]
    headers += [(name.lower().encode(), str(value).encode()) for name, value in problem.headers.items()]
    start: Any = {"type": "http.response.start", "status": problem.status, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": body, "more_body": False})
