"""The one id maker.

An id is `category-ULID` in lower case (https://github.com/ulid/spec) and is at the same time the name of the
entity's stream in the log, so `person-01m8ae6zbcdmybv7y3hw8dmh9t` is both. Ids are minted by events and never
renumbered.
"""

import base64
import hashlib
import uuid
from typing import Literal

from ulid import ULID

Category = Literal[
    "article", "person", "post", "organization", "publisher", "subscription", "key", "clock", "name", "fold"
]


def mint(category: Category) -> str:
    """A new id of the category; ids minted later sort later, to the millisecond."""
    return f"{category}-{str(ULID()).lower()}"


def derived(category: Literal["claim", "name"], *parts: str) -> str:
    """The id that the same parts always give: 130 bits of their SHA-256, each part length-prefixed."""
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(4, "big") + encoded)
    return f"{category}-{base64.b32hexencode(digest.digest()).decode().lower()[:26]}"


def category_of(stream: str) -> str:
    """The part of a stream's name before its first hyphen."""
    return stream.partition("-")[0]


def event_id() -> uuid.UUID:
    """A new event id: a ULID in UUID form, so that ids rise with time."""
    return ULID().to_uuid()
