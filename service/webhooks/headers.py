"""Headers that a subscriber wants with each request. Pure: what may be among them, and what never."""

import re
from collections.abc import Mapping

MAX_HEADERS = 20
MAX_VALUE = 2_000  # characters
_NAME = re.compile(r"[A-Za-z0-9]+(-[A-Za-z0-9]+)*", re.ASCII)
_VALUE = re.compile(r"[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?", re.ASCII)
_MAX_NAME = 100  # characters

# RFC 9110, 7.6.1 and 10.1.1: of the connection, not of the message.
_HOP_BY_HOP = frozenset(
    "connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer transfer-encoding"
    " upgrade expect".split()
)
_OURS = frozenset("host content-length content-type content-encoding user-agent accept-encoding date".split())


class BadHeader(ValueError):
    """A header cannot be sent; the message says why and what to do."""


def checked(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers with their names in lower case. Raises BadHeader, which never holds a value."""
    if len(headers) > MAX_HEADERS:
        raise BadHeader(f"there are {len(headers)} headers, at most {MAX_HEADERS} may be")
    taken: dict[str, str] = {}
    for given, value in headers.items():
        name = given.lower()
        if len(given) > _MAX_NAME or not _NAME.fullmatch(given):
            raise BadHeader(
                f"{given[:_MAX_NAME]!r} is no header name: use letters, digits and single hyphens"
            )
        if name in _HOP_BY_HOP:
            raise BadHeader(f"{name} belongs to the connection (RFC 9110, 7.6.1): leave it out")
        if name in _OURS or name.startswith("webhook-"):
            raise BadHeader(f"{name} is one that the service sets itself: leave it out")
        if name in taken:
            raise BadHeader(f"{name} stands twice: give it once")
        if len(value) > MAX_VALUE or not _VALUE.fullmatch(value):
            raise BadHeader(
                f"the value of {name} must be 1 to {MAX_VALUE} printable ASCII characters without a space at either"
                " end; a line break would start another header"
            )
        taken[name] = value
    return taken
