"""Who is asking, may they, and are there requests left to them: decided here once, for every way in.

`at_once` answers from memory, for the hot path; where it cannot tell, `admit` asks. Whoever is admitted stands in the
scope's state from then on, so nothing is decided, or counted, twice.
"""

import base64
import binascii
import ipaddress
from collections.abc import Iterable
from functools import lru_cache

import msgspec
from litestar.types import Scope

from service.allowance import WINDOW, Allowance
from service.keyring import KeyRing
from service.keys import Key
from service.limits import Limits, seconds_left
from service.problems import Problem
from service.signed_urls import PARAMETER, SignedUrls

ANONYMOUS = Key(
    id="anonymous", subject="anonymous", scopes=frozenset({"read"}), publishers=(), expires_at=None
)
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="incumbent", Basic realm="incumbent"'}
_SAFE = ("GET", "HEAD")
_SIGNATURE = f"{PARAMETER}=".encode()


class Caller(msgspec.Struct, frozen=True):
    """Who was admitted, and what is left to them."""

    key: Key
    allowance: Allowance

    def headers(self) -> tuple[tuple[bytes, bytes], tuple[bytes, bytes]]:
        """RateLimit-Policy and RateLimit (draft-ietf-httpapi-ratelimit-headers-11)."""
        name = "public" if self.key is ANONYMOUS else "key"
        left = f'"{name}";r={self.allowance.left};t={seconds_left()}'
        return _policy(name, self.allowance.limit), (b"ratelimit", left.encode())


@lru_cache(maxsize=1_000)
def _policy(name: str, limit: int) -> tuple[bytes, bytes]:
    return b"ratelimit-policy", f'"{name}";q={limit};w={WINDOW}'.encode()


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """What the settings say: requests a minute of a key, and of an address that reads without a key, if any may."""

    requests_per_minute: int
    public_requests_per_minute: int | None = None  # None: nobody reads without a key


class Gate:
    """The one gate of a worker."""

    def __init__(self, keys: KeyRing, limits: Limits, urls: SignedUrls, policy: Policy) -> None:
        self._keys = keys
        self._limits = limits
        self._urls = urls
        self._policy = policy
        self.used: set[str] = set()  # ids of keys that asked since somebody last took note

    def at_once(self, scope: Scope, wanted: str) -> Caller | Problem | None:
        """The caller who may do what a route's scope says, or why not; None where memory cannot tell: then `admit`.

        Counts the request if it gives a caller or a problem of theirs (429, 403).
        """
        secret = _secret(scope["headers"])
        if not isinstance(secret, str) or _SIGNATURE in scope["query_string"]:
            return None
        key = self._keys.at_once(secret)
        if key is None:
            return None
        caller = Caller(
            key, self._limits.of(key.id, key.requests_per_minute or self._policy.requests_per_minute)
        )
        taken = self._limits.take_at_once(key.id, caller.allowance)
        return None if taken is None else self._told(scope, caller, wanted, taken)

    async def admit(self, scope: Scope, wanted: str) -> Caller:
        """The caller who may do what a route's scope says, whatever it takes to know. Raises Problem."""
        asked, told = scope["state"].get("told", ("", None))
        if asked == wanted and isinstance(told, Problem):
            raise told
        if asked == wanted and isinstance(told, Caller):
            return told  # the hot path has asked already
        key, partition, limit = await self._who(scope, wanted)
        return await self.count(scope, key, wanted, partition, limit)

    async def count(
        self, scope: Scope, key: Key, wanted: str, partition: str | None = None, limit: int | None = None
    ) -> Caller:
        """The same for a key that is known already. Raises Problem."""
        partition = partition or key.id
        allowance = self._limits.of(
            partition, limit or key.requests_per_minute or self._policy.requests_per_minute
        )
        taken = await self._limits.take(partition, allowance)
        told = self._told(scope, Caller(key, allowance), wanted, taken)
        if isinstance(told, Problem):
            raise told
        return told

    def _told(self, scope: Scope, caller: Caller, wanted: str, taken: bool) -> Caller | Problem:
        told = self._refusal(caller, wanted, taken) or caller
        scope["state"]["caller"] = caller
        scope["state"]["told"] = (wanted, told)
        return told

    def _refusal(self, caller: Caller, wanted: str, taken: bool) -> Problem | None:
        key = caller.key
        if not taken:
            detail = f"{key.subject} has made {caller.allowance.limit} requests in this minute"
            return Problem("too-many-requests", detail, headers={"Retry-After": str(seconds_left())})
        if key is not ANONYMOUS:
            self.used.add(key.id)
        if wanted in key.scopes or "admin" in key.scopes:
            return None
        has = ", ".join(sorted(key.scopes))
        return Problem(
            "missing-scope", f"this route needs the scope {wanted}; the key {key.subject} has {has}"
        )

    async def _who(self, scope: Scope, wanted: str) -> tuple[Key, str | None, int | None]:
        """The key, and where others than its holder count: as whom, and how much. Raises Problem."""
        if (signature := scope["state"].get("signature")) is not None:
            return await self._signed(scope, signature), None, None
        secret = _secret(scope["headers"])
        if secret is None:
            if self._policy.public_requests_per_minute is None or wanted != "read" or not _is_safe(scope):
                raise Problem("no-key", "this route needs an API key", headers=_CHALLENGE)
            return ANONYMOUS, f"address {_address(scope)}", self._policy.public_requests_per_minute
        if isinstance(secret, Problem):
            raise secret
        key = await self._keys.find(secret)
        if key is None:
            raise Problem("wrong-key", "the API key is unknown, revoked or expired", headers=_CHALLENGE)
        return key, None, None

    async def _signed(self, scope: Scope, signature: str) -> Key:
        maker = self._urls.maker(signature, scope["path"], scope["query_string"])
        key = await self._keys.named(maker) if maker is not None and _is_safe(scope) else None
        if key is None or not key.scopes & {"read", "admin"}:
            raise Problem(
                "bad-url-signature", "the URL was changed, has expired, or its maker's key is no more"
            )
        return msgspec.structs.replace(key, scopes=frozenset({"read"}), publishers=())


def _secret(headers: Iterable[tuple[bytes, bytes]]) -> str | Problem | None:
    """The secret of `Bearer SECRET`, or of `Basic` as the password; None without the header."""
    for name, given in headers:
        if name == b"authorization":
            return _shown(given)
    return None


def _shown(given: bytes) -> str | Problem:
    scheme, _, credentials = given.partition(b" ")
    if scheme.lower() == b"bearer" and (secret := credentials.strip()):
        return secret.decode("latin-1")
    if scheme.lower() == b"basic" and (secret := _password(credentials.strip())):
        return secret.decode("latin-1")
    detail = "the Authorization header is neither `Bearer KEY` nor Basic with the key as password"
    return Problem("wrong-key", detail, headers=_CHALLENGE)


def _password(credentials: bytes) -> bytes:
    """Of Basic credentials (RFC 7617), whatever the user is called; empty where there is none."""
    try:
        return base64.b64decode(credentials, validate=True).partition(b":")[2]
    except binascii.Error:
        return b""


def _is_safe(scope: Scope) -> bool:
    return scope.get("method") in _SAFE


def _address(scope: Scope) -> str:
    """Who asks, as far as the network tells: an IPv4 address, or the 64 bits of an IPv6 address that name a site."""
    host = scope["client"][0] if scope["client"] else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "unknown"
    return str(address) if address.version == 4 else str(ipaddress.ip_network((int(address) >> 64 << 64, 64)))
