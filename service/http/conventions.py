"""What every answer has in common, around the whole application: ETag and 304, who may keep it, gzip, HEAD, CORS.

Handlers give bodies. Where they know a validator better than the body itself (what the answer was made of), they give
an ETag too. RFC 9110 (validators, HEAD, content coding), RFC 9111 (caches), the Fetch standard (CORS).
"""

import asyncio
import gzip
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from hashlib import blake2b
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Any, Any, Any], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

SHARED = (
    b"public, max-age=0, must-revalidate"  # any cache may keep it, and asks each time whether it still holds
)
OWN = b"private, no-cache"  # only the asker's own cache may, and asks too
NEVER = b"no-store"

_LEAST = 1_000  # bytes from which on an answer is compressed
_MUCH = 100_000  # bytes from which on others get their turn while it is compressed
_LEVEL = 4
_COMPRESSIBLE = (
    b"application/json",
    b"application/x-ndjson",
    b"application/atom+xml",
    b"image/svg+xml",
    b"text/",
)
_OF_THE_BODY = (b"content-type", b"content-length", b"content-encoding")  # what a 304 leaves out
_EXPOSED = b"ETag, Last-Modified, Link, Location, Retry-After, RateLimit, RateLimit-Policy, X-Request-Id"
_PREFLIGHT_LIVES = b"7200"  # seconds


class Conventions:
    """An ASGI application behind the conventions. `origins`: whose pages may read its answers; `*`: all."""

    def __init__(self, app: App, origins: Sequence[str] = ()) -> None:
        self._app = app
        self._origins = frozenset(origin.encode() for origin in origins)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        cross = cross_origin(self._origins, scope["headers"])
        if (
            scope["method"] == "OPTIONS"
            and cross
            and _header(scope["headers"], b"access-control-request-method")
        ):
            await _allow(scope["headers"], cross, send)
            return
        answer = Answer(scope, send, cross)
        await self._app(answer.scope, answer.receiving(receive), answer.send)


class Answer:
    """The answer to one request on its way out."""

    def __init__(self, scope: MutableMapping[str, Any], send: Send, cross: Headers) -> None:
        self._is_head = scope["method"] == "HEAD"
        self.scope = {**scope, "method": "GET"} if self._is_head else scope
        self._send = send
        self._cross = cross
        self._start: Message | None = None
        self._is_over = False

    def receiving(self, receive: Receive) -> Receive:
        """What the application receives: it is let go as soon as a HEAD has its answer."""

        async def received() -> Message:
            return {"type": "http.disconnect"} if self._is_over else await receive()

        return received if self._is_head else receive

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers: Headers = [(name.lower(), _with_head(name, value)) for name, value in message["headers"]]
            _join(headers, self._cross)
            _default(headers, b"cache-control", self._keeping(message["status"]))
            start: Message = {**message, "headers": headers}
            if _header(headers, b"content-length"):
                self._start = start
            else:  # a stream, which tells no length, begins at once
                await self._begin(start, None)
        elif self._start is not None:
            start, self._start = self._start, None
            if start["status"] == 200 and self.scope["method"] == "GET":
                body = await self._validated(start["headers"], message["body"])
                start["status"] = 304 if body is None else 200
                message = {**message, "body": body or b""}
            await self._begin(start, message)
        elif not self._is_over:
            await self._send(message)

    async def _begin(self, start: Message, first: Message | None) -> None:
        """The start, and what there is of the body by then."""
        await self._send(start)
        if self._is_head:
            self._is_over = True
            first = {"type": "http.response.body", "body": b""}
        if first is not None:
            await self._send(first)

    async def _validated(self, headers: Headers, body: bytes) -> bytes | None:
        """Adds the validators; gives the body as it is to be sent, None where the client has it already."""
        _default(headers, b"etag", tag_of(body))
        is_compressible = _header(headers, b"content-type").startswith(_COMPRESSIBLE)
        if is_compressible:
            _join(headers, [(b"vary", b"Accept-Encoding")])
        if is_known(_header(headers, b"etag"), _header(self.scope["headers"], b"if-none-match")):
            headers[:] = [each for each in headers if each[0] not in _OF_THE_BODY]
            return None
        if (
            is_compressible
            and len(body) >= _LEAST
            and takes_gzip(_header(self.scope["headers"], b"accept-encoding"))
        ):
            body = await asyncio.to_thread(_packed, body) if len(body) >= _MUCH else _packed(body)
            headers[:] = [each for each in headers if each[0] != b"content-length"]
            headers += [(b"content-encoding", b"gzip"), (b"content-length", b"%d" % len(body))]
        return body

    def _keeping(self, status: int) -> bytes:
        """Who may keep the answer: what readers are answered alike is for all of them, other scopes see their own."""
        handler = self.scope.get("route_handler")
        if status >= 400 or handler is None or self.scope["method"] != "GET":
            return NEVER
        return SHARED if handler.opt.get("scope") in ("read", None) else OWN


def tag_of(body: bytes) -> bytes:
    """The weak ETag of a body."""
    return b'W/"%s"' % blake2b(body, digest_size=12).hexdigest().encode()


def cross_origin(origins: frozenset[bytes], request: Sequence[tuple[bytes, bytes]]) -> Headers:
    """The headers that let the page of another origin read an answer; none where it may not."""
    if not origins:
        return []
    if b"*" in origins:
        return [(b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", _EXPOSED)]
    origin = _header(request, b"origin")
    vary: Headers = [(b"vary", b"Origin")]
    if origin not in origins:
        return vary
    return [*vary, (b"access-control-allow-origin", origin), (b"access-control-expose-headers", _EXPOSED)]


def is_known(etag: bytes, if_none_match: bytes) -> bool:
    """Whether the client has the answer of that ETag already, by weak comparison (RFC 9110, 8.8.3.2)."""
    if not if_none_match:
        return False
    opaque = etag.removeprefix(b"W/")
    known = [tag.strip() for tag in if_none_match.split(b",")]
    return known == [b"*"] or any(tag.removeprefix(b"W/") == opaque for tag in known)


def takes_gzip(accept_encoding: bytes) -> bool:
    """Whether the client takes gzip, by name or as one of all, with a weight above 0 (RFC 9110, 12.5.3)."""
    weights = dict(_weighted(coding) for coding in accept_encoding.lower().split(b",") if coding.strip())
    return weights.get(b"gzip", weights.get(b"*", 0.0)) > 0


def _weighted(coding: bytes) -> tuple[bytes, float]:
    name, _, weight = coding.partition(b";")
    try:
        return name.strip(), float(weight.strip().removeprefix(b"q=") or b"1")
    except ValueError:
        return name.strip(), 0.0


async def _allow(request: Sequence[tuple[bytes, bytes]], cross: Headers, send: Send) -> None:
    """The answer to a browser that asks before it sends a request of another origin."""
    headers: Headers = [
        *cross,
        (b"access-control-allow-methods", b"GET, HEAD, POST, PUT, PATCH, DELETE"),
        (
            b"access-control-allow-headers",
            _header(request, b"access-control-request-headers") or b"Authorization",
        ),
        (b"access-control-max-age", _PREFLIGHT_LIVES),
    ]
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _packed(body: bytes) -> bytes:
    return gzip.compress(body, _LEVEL, mtime=0)


def _header(headers: Sequence[tuple[bytes, bytes]], name: bytes) -> bytes:
    """A header's values, joined; empty where there is none. Names are in lower case."""
    return b", ".join(value for key, value in headers if key == name)


def _default(headers: Headers, name: bytes, value: bytes) -> None:
    if not any(key == name for key, _ in headers):
        headers.append((name, value))


def _join(headers: Headers, more: Sequence[tuple[bytes, bytes]]) -> None:
    """Adds headers; what Vary says already is gone on with."""
    for name, value in more:
        said = _header(headers, b"vary") if name == b"vary" else b""
        if said:
            headers[:] = [each for each in headers if each[0] != b"vary"]
        headers.append((name, b", ".join((said, value)) if said else value))


def _with_head(name: bytes, value: bytes) -> bytes:
    """Allow names HEAD wherever it names GET."""
    methods = value.split(b", ") if name.lower() == b"allow" else []
    return b", ".join(sorted({*methods, b"HEAD"})) if b"GET" in methods else value
