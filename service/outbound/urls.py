"""Which URLs the product may send to, before any name is resolved."""

import ipaddress
import re
import unicodedata
from functools import lru_cache

import httpx
import msgspec

from service.outbound.addresses import PUBLIC_ONLY, Address, Policy, refusal

MAX_URL = 2_000  # characters

_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?", re.ASCII)
_DEFAULT_PORT = {"http": 80, "https": 443}


class InvalidUrl(ValueError):
    """Nothing can be sent to the URL; the message says why and what to give instead."""


class Target(msgspec.Struct, frozen=True):
    """A URL taken apart, once: what is connected to is what was looked at."""

    scheme: str
    host: str  # in ASCII (IDNA done), an IPv6 address without brackets
    port: int
    path: str  # with the query, as it goes into the request line

    @property
    def address(self) -> Address | None:
        """The host, where it is an address and not a name."""
        try:
            return ipaddress.ip_address(self.host)
        except ValueError:
            return None

    @property
    def authority(self) -> str:
        """The Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORT[self.scheme] else f"{host}:{self.port}"


@lru_cache(maxsize=1_024)  # a busy endpoint's URL is looked at for each request
def target_of(url: str, policy: Policy = PUBLIC_ONLY) -> Target:
    """Takes a URL apart. Raises InvalidUrl for one that can never be sent to."""
    if not url:
        raise InvalidUrl(
            "the URL is empty: give the address that is to receive, such as https://example.org/hook"
        )
    if len(url) > MAX_URL:
        raise InvalidUrl(f"the URL has {len(url)} characters: give one of at most {MAX_URL}")
    if any(character.isspace() or unicodedata.category(character).startswith("C") for character in url):
        raise InvalidUrl(
            "the URL holds a space, a line break or a control character: percent-encode or remove it"
        )
    if "\\" in url:
        raise InvalidUrl("the URL holds a backslash: write a slash, or %5C where it is meant")
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise InvalidUrl(f"that is no URL ({error}): give one such as https://example.org/hook") from None
    if parsed.scheme not in _DEFAULT_PORT:
        raise InvalidUrl("the URL must start with https:// or http://")
    if parsed.userinfo or "@" in url.partition("://")[2].partition("/")[0]:
        raise InvalidUrl(
            "the URL holds a user name or password: leave them out; requests are signed, so verify the signature"
        )
    if parsed.fragment or "#" in url:
        raise InvalidUrl("the URL has a fragment, which is never sent: leave out # and what follows")
    host = parsed.raw_host.decode("ascii")
    if parsed.port is not None and not 0 < parsed.port < 65_536:
        raise InvalidUrl(f"there is no port {parsed.port}: leave it out or give the one that listens")
    target = Target(
        scheme=parsed.scheme,
        host=host,
        port=parsed.port or _DEFAULT_PORT[parsed.scheme],
        path=parsed.raw_path.decode("ascii"),
    )
    if target.address is None and (len(host) > 253 or not _HOST.fullmatch(host.removesuffix("."))):
        raise InvalidUrl(f"{host!r} is no host name: give one such as example.org")
    if target.address is not None and (why := refusal(target.address, target.port, policy)):
        raise InvalidUrl(f"{why}: give a URL that can be reached from the internet")
    return target
