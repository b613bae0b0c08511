"""The one HTTP client for everything outside: guarded, bounded in time and size, following no redirect.

It reads no proxy from the environment, keeps no cookies, and gives what went wrong as a value.
"""

import asyncio
import ssl
import time
from collections.abc import Mapping

import h11
import httpcore
import msgspec

from service.outbound.addresses import PUBLIC_ONLY, Policy
from service.outbound.answer import Answer, Failure, FailureKind, Outcome, Timings
from service.outbound.guard import (
    Blocked,
    GuardedBackend,
    Resolver,
    Unresolved,
    checked_addresses,
    system_resolver,
)
from service.outbound.urls import InvalidUrl, Target, target_of

MAX_ANSWER = 65_536  # bytes of an answer's body that are read
_KEPT_FOR = 15.0  # seconds that an idle connection is kept
_MAX_ORIGINS = 256  # origins whose connections are kept
_MAX_CONNECTIONS = 64  # to one origin; who comes later waits for one, and that wait is not the origin's fault


class Timeouts(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds."""

    connect: float = 5.0  # to resolve, and again to connect
    write: float = 5.0
    first_byte: float = 15.0
    whole: float = 20.0
    body: float = 5.0  # for an answer's body, once its status has come


DEFAULT_TIMEOUTS = Timeouts()


class Outbound:
    """Sends requests for the whole process. Close it when done."""

    def __init__(
        self,
        policy: Policy = PUBLIC_ONLY,
        *,
        timeouts: Timeouts = DEFAULT_TIMEOUTS,
        resolve: Resolver = system_resolver,
        trust: ssl.SSLContext | None = None,
        most: int = MAX_ANSWER,
    ) -> None:
        """`most`: bytes of an answer's body that are read; the rest is cut off."""
        self._policy = policy
        self._timeouts = timeouts
        self._resolve = resolve
        self._most = most
        self._trust = trust or httpcore.default_ssl_context()
        self.backend = GuardedBackend(policy, resolve)
        self.origins: dict[tuple[str, str, int], _Origin] = {}

    async def check(self, url: str) -> Target:
        """Whether a URL could be sent to now. Raises InvalidUrl, which says what to do."""
        target = target_of(url, self._policy)
        try:
            await checked_addresses(
                target.host, target.port, self._policy, self._resolve, self._timeouts.connect
            )
        except Blocked as error:
            raise InvalidUrl(
                f"{target.host} stands for an address that is refused ({error}):"
                " give a URL that can be reached from the internet"
            ) from None
        except (Unresolved, httpcore.ConnectTimeout) as error:
            raise InvalidUrl(f"{target.host} cannot be found ({error}): give a name that resolves") from None
        return target

    async def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Outcome:
        """Sends one request and gives the answer, whatever its status, or why there is none.

        Raises ValueError for a header that cannot be sent.
        """
        try:
            target = target_of(url, self._policy)
        except InvalidUrl as error:
            return _Exchange().failure("blocked", str(error))
        fields = _fields(target, headers, body)
        origin = await self._origin(target)
        origin.users += 1
        try:
            async with origin.slots:
                return await self._exchange(origin.pool, method, target, fields, body)
        finally:
            origin.users -= 1

    async def close(self) -> None:
        for origin in self.origins.values():
            await origin.pool.aclose()
        self.origins.clear()

    async def _exchange(
        self,
        pool: httpcore.AsyncConnectionPool,
        method: str,
        target: Target,
        fields: list[tuple[str, str]],
        body: bytes,
    ) -> Outcome:
        exchange = _Exchange()
        try:
            async with asyncio.timeout(self._timeouts.whole):
                try:
                    return await self._once(pool, method, target, fields, body, exchange)
                except (httpcore.RemoteProtocolError, httpcore.ReadError) as error:
                    if exchange.connected is not None or not _closed(error):
                        raise
                    # The other side closed a kept connection just as we used it: that says nothing about it.
                    return await self._once(pool, method, target, fields, body, exchange)
        except TimeoutError:
            return exchange.failure("timeout", f"no answer within {self._timeouts.whole:g} s")
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException) as error:
            kind = _kind(error, exchange)
            return exchange.failure(kind, str(error) or _WHY[kind])

    async def _once(
        self,
        pool: httpcore.AsyncConnectionPool,
        method: str,
        target: Target,
        fields: list[tuple[str, str]],
        body: bytes,
        exchange: "_Exchange",
    ) -> Answer:
        async with pool.stream(
            method,
            httpcore.URL(scheme=target.scheme, host=target.host, port=target.port, target=target.path),
            headers=fields,
            content=body,
            extensions={"timeout": self._phases(), "trace": exchange.trace},
        ) as response:
            retry_after = next(
                (
                    value.decode("latin-1")
                    for name, value in response.headers
                    if name.lower() == b"retry-after"
                ),
                None,
            )
            left = exchange.began + self._timeouts.whole - time.monotonic()
            answered = await _beginning(response, min(self._timeouts.body, left * 0.9), self._most)
            return Answer(response.status, answered, retry_after, exchange.timings())

    async def _origin(self, target: Target) -> "_Origin":
        key = (target.scheme, target.host, target.port)
        origin = self.origins.pop(key, None)
        if origin is None:
            origin = _Origin(
                httpcore.AsyncConnectionPool(
                    ssl_context=self._trust,
                    max_connections=_MAX_CONNECTIONS,
                    max_keepalive_connections=16,
                    keepalive_expiry=_KEPT_FOR,
                    network_backend=self.backend,
                )
            )
        self.origins[key] = origin  # the last is the one used last
        if len(self.origins) > _MAX_ORIGINS:
            origin.users += 1  # while we wait, nobody closes this one either
            idle = next((known for known, other in self.origins.items() if not other.users), None)
            if idle is not None:
                await self.origins.pop(idle).pool.aclose()
            origin.users -= 1
        return origin

    def _phases(self) -> dict[str, float]:
        limits = self._timeouts
        return {
            "connect": limits.connect,
            "write": limits.write,
            "read": limits.first_byte,
            "pool": limits.whole,
        }


class _Origin:
    """The connections to one scheme, host and port. A pool of its own: one looks at all it has for every request."""

    def __init__(self, pool: httpcore.AsyncConnectionPool) -> None:
        self.pool = pool
        self.slots = asyncio.Semaphore(_MAX_CONNECTIONS)
        self.users = 0


class _Exchange:
    """When the phases of one request ended."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.secure = False  # a TLS handshake was begun and has not ended
        self.connected: float | None = None
        self.sent: float | None = None
        self.first_byte: float | None = None

    async def trace(self, event: str, info: Mapping[str, object]) -> None:
        elapsed = (time.monotonic() - self.began) * 1000
        match event:
            case "connection.connect_tcp.complete":
                self.connected = elapsed
            case "connection.start_tls.started":
                self.secure = True
            case "connection.start_tls.complete":
                self.secure, self.connected = False, elapsed
            case "http11.send_request_body.complete":
                self.sent = elapsed
            case "http11.receive_response_headers.complete":
                self.first_byte = elapsed

    def timings(self) -> Timings:
        return Timings(self.connected, self.sent, self.first_byte, (time.monotonic() - self.began) * 1000)

    def failure(self, kind: FailureKind, why: str) -> Failure:
        return Failure(kind, why[:500], self.timings())


async def _beginning(response: httpcore.Response, seconds: float, most: int) -> bytes:
    """The first bytes of the answer's body. Its status has come, so a body that breaks off or dawdles is cut."""
    read = bytearray()
    try:
        async with asyncio.timeout(max(0.0, seconds)):
            async for chunk in response.aiter_stream():
                read += chunk
                if len(read) >= most:
                    break
    except (TimeoutError, httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException):
        pass
    return bytes(read[:most])


def _fields(target: Target, headers: Mapping[str, str], body: bytes) -> list[tuple[str, str]]:
    for name, value in headers.items():
        if not name.isascii() or not name.replace("-", "").isalnum():
            raise ValueError(f"{name!r} is no header name: use letters, digits and hyphens")
        if not value.isascii() or not value.isprintable():
            raise ValueError(
                f"the header {name} holds a line break or a character that is not printable ASCII"
            )
    return [("host", target.authority), *headers.items(), ("content-length", str(len(body)))]


_WHY: dict[FailureKind, str] = {
    "resolve": "the name does not resolve",
    "blocked": "the address is not public",
    "connect": "no connection came about",
    "tls": "no secure connection came about",
    "write": "the request could not be sent in time",
    "timeout": "no answer in time",
    "closed": "the connection was closed before there was an answer",
    "answer": "what came back is not HTTP",
}


def _kind(error: Exception, exchange: _Exchange) -> FailureKind:
    match error:
        case Blocked():
            return "blocked"
        case Unresolved():
            return "resolve"
        case httpcore.ConnectError() | httpcore.ConnectTimeout():
            return "tls" if exchange.secure else "connect"
        case httpcore.PoolTimeout():
            return "connect"
        case httpcore.WriteTimeout() | httpcore.WriteError():
            return "write"
        case httpcore.TimeoutException():
            return "timeout"
        case _ if _closed(error):
            return "closed"
        case _:
            return "answer"


def _closed(error: Exception) -> bool:
    """Whether the other side went away, as against having sent something that is not HTTP."""
    # httpcore wraps h11's error for the latter, and has none for the former.
    return not any(isinstance(part, h11.RemoteProtocolError) for part in error.args)
