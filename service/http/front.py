"""The shortest way to the answer that is asked for most: who holds a post.

It stands before the whole application and answers `GET /v1/posts/{post}/holders` where the key is known, the question
is plain and nothing is wrong with either. Everything else (an error, a signed URL, another origin's page, HEAD) goes
the long way, which answers this route too: what is decided here, the gate, the parameters and the answer itself are
the same functions there, and the headers are those that the layers of the long way have put on the answer before.
"""

import asyncio
import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl
from weakref import WeakKeyDictionary

import asyncpg
import msgspec

from projections.memory import Answer
from service.bootstrap import House
from service.http.answers import holders_answered
from service.http.asked import Moment
from service.http.conventions import App, is_known, takes_gzip
from service.http.edge import id_of, standard_headers
from service.http.gate import Caller
from service.http.holding import holders_of
from service.http.parameters import day, known_position
from service.http.posts import get_holders
from service.http.provided import wait_for
from service.problems import Problem

_PATH = re.compile(r"/v1/posts/([a-z0-9-]{1,80})/holders", re.ASCII)
_NAMES = frozenset(("as_of", "known_at", "at_position", "min_position"))
_MOST_HEADERS = 40
_PATIENCE = 5.0  # seconds for what is not in memory; then the long way, which says when it gives up
_HEADERS_OF_REQUEST = frozenset(  # they differ with each request
    name for name, _ in standard_headers("", None)
) | {b"ratelimit", b"ratelimit-policy"}
_FAILURES = (Problem, TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError)


class Front:
    """An ASGI application. `house` gives what handlers work with, None before the start; `layered` puts the layers of
    the long way around an application."""

    def __init__(self, app: App, house: Callable[[], House | None], layered: Callable[[App], App]) -> None:
        self._app = layered(app)
        self._house = house
        self._dresser = layered(_give)
        self._dressed: WeakKeyDictionary[Answer, dict[tuple[bool, bool], _Dressed]] = WeakKeyDictionary()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http" and scope["method"] == "GET" and (path := _PATH.fullmatch(scope["path"])):
            house = self._house()
            if house is not None and await self._answered(house, path[1], scope, receive, send):
                return
        await self._app(scope, receive, send)

    async def _answered(self, house: House, post: str, scope: Any, receive: Any, send: Any) -> bool:
        """Whether the request was answered here."""
        asked = _asked(scope["query_string"])
        headers = dict(scope["headers"])
        if asked is None or len(scope["headers"]) > _MOST_HEADERS or b"origin" in headers:
            return False
        scope.setdefault("state", {})
        caller = house.gate.at_once(scope, "read")
        if not isinstance(caller, Caller):
            return False
        answer = house.memory.at_once(post, asked.as_of, asked.min_position) if asked.is_of_now else None
        if answer is None:
            try:
                async with asyncio.timeout(_PATIENCE):
                    answer = await _found(house, post, asked)
            except _FAILURES:
                return False  # the long way runs into it too, and says what it is
            if answer is None:
                return False
        variants = self._dressed.setdefault(answer, {})
        variant = (
            takes_gzip(headers.get(b"accept-encoding", b"")),
            is_known(answer.tag.encode(), headers.get(b"if-none-match", b"")),
        )
        if (dressed := variants.get(variant)) is None:
            dressed = variants[variant] = await self._dress(answer, scope, receive)
        own = standard_headers(id_of(scope["headers"]), caller)
        await send(
            {"type": "http.response.start", "status": dressed.status, "headers": [*dressed.headers, *own]}
        )
        await send({"type": "http.response.body", "body": dressed.body})
        return True

    async def _dress(self, answer: Answer, scope: Any, receive: Any) -> "_Dressed":
        """The answer as the layers send it in reply to this request."""
        sent: list[Any] = []

        async def keep(message: Any) -> None:
            sent.append(message)

        await self._dresser({**scope, "state": {"answer": answer}}, receive, keep)
        start, body = sent
        kept = [header for header in start["headers"] if header[0] not in _HEADERS_OF_REQUEST]
        return _Dressed(start["status"], kept, body["body"])


class _Asked(msgspec.Struct, frozen=True):
    """A plain question. `known_at` and `at_position` are as they were written."""

    as_of: date | None = None
    known_at: str | None = None
    at_position: int | None = None
    min_position: int = 0

    @property
    def is_of_now(self) -> bool:
        return self.known_at is None and self.at_position is None


class _Dressed(msgspec.Struct, frozen=True):
    """An answer as it is sent, but for the headers of each request."""

    status: int
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes


@lru_cache(maxsize=4_096)
def _asked(query: bytes) -> _Asked | None:
    """The question of a query string; None where there is more to be said about it."""
    if not query:
        return _Asked()
    try:
        pairs = parse_qsl(
            query.decode("ascii"), keep_blank_values=True, strict_parsing=True, max_num_fields=4
        )
        given = dict(pairs)
        if len(given) < len(pairs) or not given.keys() <= _NAMES:
            return None
        return _Asked(
            as_of=day(given.get("as_of"), "as_of"),
            known_at=given.get("known_at"),
            at_position=_number(given.get("at_position")),
            min_position=_number(given.get("min_position")) or 0,
        )
    except (Problem, ValueError):
        return None


def _number(text: str | None) -> int | None:
    """Raises ValueError for what is no plain number."""
    if text is not None and not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise ValueError(text)
    return None if text is None else int(text)


async def _found(house: House, post: str, asked: _Asked) -> Answer | None:
    """The answer from behind the memory. Raises what the long way raises."""
    await wait_for(house, asked.min_position or None)
    known = None if asked.is_of_now else await known_position(house, asked.known_at, asked.at_position)
    return await holders_of(house, post, Moment(asked.as_of, known, asked.min_position))


async def _give(scope: Any, receive: Any, send: Any) -> None:
    """The innermost application of the dresser: the answer as the handler of the route gives it."""
    answer: Answer = scope["state"]["answer"]
    scope["route_handler"] = get_holders
    response = holders_answered(answer.tag, answer.body)
    headers = [(name.lower().encode(), value.encode()) for name, value in response.headers.items()]
    length = (b"content-length", b"%d" % len(answer.body))
    typed = (b"content-type", b"application/json")
    await send({"type": "http.response.start", "status": 200, "headers": [typed, length, *headers]})
    await send({"type": "http.response.body", "body": answer.body})
