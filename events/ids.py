"""The one id maker.

An id is `category-ULID` in lower case (https://github.com/ulid/spec) and is at the same time the name of the
entity's stream in the log, so `person-01m8ae6zbcdmybv7y3hw8dmh9t` is both. Ids are minted by events and never
renumbered. Claims, reserved names, articles and publishers take ids derived from what identifies them instead, so
that saying the same thing twice gives the same id.
"""

import base64
import hashlib
import re
import uuid
from typing import Literal

from anyascii import anyascii
from ulid import ULID

Category = Literal[
    "article", "person", "post", "organization", "publisher", "subscription", "key", "clock", "name", "fold",
    "import",
]  # fmt: skip


def mint(category: Category) -> str:
    """A new id of the category; ids minted later sort later, to the millisecond."""
    return f"{category}-{str(ULID()).lower()}"


def derived(category: Literal["claim", "name"], *parts: str) -> str:
    """The id that the same parts always give: 130 bits of their SHA-256, each part length-prefixed."""
    return _derived(category, *parts)


def category_of(stream: str) -> str:
    """The part of a stream's name before its first hyphen."""
    return stream.partition("-")[0]


def event_id() -> uuid.UUID:
    """A new event id: a ULID in UUID form, so that ids rise with time."""
    return ULID().to_uuid()


def publisher_id(name: str) -> str:
    """The id of the publisher of that name: `publisher-` and the name as lower-case ASCII words.

    Raises ValueError for a name without a letter or a digit.
    """
    slug = re.sub(r"[^a-z0-9]+", "-", anyascii(name).lower()).strip("-")
    if not slug:
        raise ValueError(f"{name!r} is no publisher's name: it has no letter or digit")
    return f"publisher-{slug[:80]}"


def source_id(publisher: str) -> str:
    """The id of the source that a publisher (id) imports: its stream."""
    return f"import-{publisher.removeprefix('publisher-')}"


def article_id(publisher: str, uri: str) -> str:
    """The id of the article that a publisher (id) names by a uri: the same for all of its versions."""
    return _derived("article", publisher, uri)


def _derived(category: str, *parts: str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(4, "big") + encoded)
    return f"{category}-{base64.b32hexencode(digest.digest()).decode().lower()[:26]}"
