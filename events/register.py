"""What the desk must know of the past, declared here and implemented by the read side over its tables.

`Register` knows names, `Standing` knows who holds what and who else says so. Both answer from a read side that
may lag behind the log: the desk calls `caught_up` with the position of its own last append before it asks, so it
never misses what it wrote itself.

The columns behind the look-ups are filled by folding events through the functions of `events.naming`:
`person_keys` (several rows a name), `organization_fingerprint` and `post_key`.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Protocol

import msgspec

from events.catalogue import Capacity, ClaimKind, ReviewState


class KnownOrganization(msgspec.Struct, frozen=True, kw_only=True):
    """An organization, country or body that has been created."""

    id: str
    name: str
    fingerprint: str


class KnownPost(msgspec.Struct, frozen=True, kw_only=True):
    """A post that has been opened. `organization` None: it stands alone, as the pope does."""

    id: str
    label: str
    key: str  # post_key(label)
    organization: str | None
    seats: int | None = None


class KnownPerson(msgspec.Struct, frozen=True, kw_only=True):
    """A person, every name by which they go, and the posts they hold, held or are about to hold."""

    id: str
    names: tuple[str, ...]  # the name they were created with first
    posts: tuple[KnownPost, ...] = ()


class Holding(msgspec.Struct, frozen=True, kw_only=True):
    """A membership that stands today: begun, not known to have ended.

    `since` is the first day on which it is certain (the latest day of its start, else the first attestation); None
    where no day is known.
    """

    person: str
    post: str
    capacity: Capacity
    since: date | None


class Backing(msgspec.Struct, frozen=True, kw_only=True):
    """A claim of the same kind, person and post that is already in the log, whatever became of it."""

    claim: str
    article: str
    kind: ClaimKind
    person: str
    post: str
    origin: str  # the wire credit, or else the publisher's id
    official: bool
    state: ReviewState
    rule: str  # of its last decision
    day: date | None  # exact effective day of the claim, or else the day of publication


class Register(Protocol):
    """Names that are known. Every method is one indexed query; order of the answers does not matter."""

    async def caught_up(self, position: int, patience: float) -> bool:
        """Waits until everything up to and including `position` is in the tables; False after `patience` s."""
        ...

    async def persons(self, keys: Sequence[str]) -> Sequence[KnownPerson]:
        """Persons one of whose names has one of these keys (`person_keys`), each person once."""
        ...

    async def organizations(self, fingerprints: Sequence[str]) -> Sequence[KnownOrganization]:
        """Organizations with one of these fingerprints (`organization_fingerprint`)."""
        ...

    async def posts(self, keys: Sequence[str], organizations: Sequence[str]) -> Sequence[KnownPost]:
        """Posts with one of these keys (`post_key`) in one of these organizations (ids), or in none at all."""
        ...

    async def merged(self, persons: Sequence[str]) -> Mapping[str, str]:
        """Of these persons (ids) those who turned out to be another one, and whom."""
        ...

    async def holders(self, posts: Sequence[str]) -> Sequence[KnownPerson]:
        """Persons who hold, held or are about to hold one of these posts (ids), each person once."""
        ...


class Standing(Protocol):
    """What stands today, and what has been said before."""

    async def holdings(self, posts: Sequence[str]) -> Sequence[Holding]:
        """The memberships of these posts (ids) that stand on the last day turned, incoming ones left out."""
        ...

    async def backings(self, pairs: Sequence[tuple[str, str]]) -> Sequence[Backing]:
        """Articles' claims about these (person, post) pairs of ids, but for rejected, superseded and withdrawn ones."""
        ...
