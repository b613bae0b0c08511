"""API keys: made by an event, shown once, known by the hash of their secret."""

import asyncio
import hashlib
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

import asyncpg
import msgspec

from events.catalogue import KeyCreated, PublisherRegistered, PublisherTrustChanged
from events.envelope import NEW, Append, Conflict, NewEvent
from events.follow import Waker
from events.ids import mint, publisher_id
from events.log import Log

SCOPES = ("read", "read:embargoed", "ingest", "review", "subscribe", "admin")


class Key(msgspec.Struct, frozen=True):
    """Who is asking, and what they may do. `publishers` are ids, the first is the default."""

    id: str
    subject: str
    scopes: frozenset[str]
    publishers: tuple[str, ...]
    expires_at: datetime | None


class NewKey(msgspec.Struct, frozen=True):
    id: str
    secret: str  # to be shown once
    position: int


def secret_hash(secret: str) -> bytes:
    """SHA-256; a secret holds 190 random bits, so a slow hash would add nothing."""
    return hashlib.sha256(secret.encode()).digest()


async def create_key(
    log: Log,
    *,
    subject: str,
    scopes: Sequence[str],
    publishers: Sequence[str] = (),
    trusted: bool = False,
    actor: str,
) -> NewKey:
    """Appends key.created and, for publishers (names) that are new, publisher.registered.

    Raises ValueError for an unknown scope, or ingest without a publisher.
    """
    if unknown := set(scopes) - set(SCOPES):
        raise ValueError(f"there is no scope {', '.join(sorted(unknown))}; there are {', '.join(SCOPES)}")
    if not scopes:
        raise ValueError(f"a key needs at least one scope of {', '.join(SCOPES)}")
    if "ingest" in scopes and not publishers:
        raise ValueError("a key with the scope ingest needs the publishers that it may speak for")
    for name in publishers:
        await register_publisher(log, name, trusted=trusted, actor=actor)
    prefix, key = secrets.token_hex(4), mint("key")
    secret = f"inc_{prefix}_{secrets.token_urlsafe(24)}"
    created = KeyCreated(
        subject=subject,
        scopes=tuple(scopes),
        prefix=prefix,
        secret_hash=secret_hash(secret).hex(),
        publishers=tuple(publisher_id(name) for name in publishers),
    )
    done = await log.append(
        Append(events=(NewEvent(stream=key, event=created),), actor=actor, expected={key: NEW})
    )
    return NewKey(key, secret, done.last)


async def register_publisher(log: Log, name: str, *, trusted: bool, actor: str) -> str:
    """Makes the publisher known if it is new, and trusted if `trusted` says so; gives its id."""
    publisher = publisher_id(name)
    try:
        await log.append(
            Append(
                events=(NewEvent(stream=publisher, event=PublisherRegistered(name=name, trusted=trusted)),),
                actor=actor,
                expected={publisher: NEW},
            )
        )
    except Conflict:
        if trusted:
            await trust_publisher(log, publisher, actor=actor)
    return publisher


async def trust_publisher(log: Log, publisher: str, *, actor: str) -> None:
    """From now on the policy lets the publisher's articles end a standing membership."""
    trusted = False
    for recorded in await log.read_stream(publisher):
        if isinstance(recorded.event, PublisherRegistered | PublisherTrustChanged):
            trusted = recorded.event.trusted
    if not trusted:
        change = NewEvent(stream=publisher, event=PublisherTrustChanged(trusted=True))
        await log.append(Append(events=(change,), actor=actor))


class KeyRing:
    """The keys in force, held in memory: looking one up costs no round trip.

    `run` re-reads them whenever the read side has moved on, so a revoked key is dead within `poll` seconds even if
    a notification is lost.
    """

    def __init__(self, pool: asyncpg.Pool, waker: Waker) -> None:
        self._pool = pool
        self._waker = waker
        self._keys: dict[bytes, Key] = {}
        self._by_id: dict[str, Key] = {}
        self._reads = 0
        self._reading = asyncio.Lock()

    async def find(self, secret: str) -> Key | None:
        """The key of a secret; None where it is unknown, revoked or expired."""
        hashed = secret_hash(secret)
        key = self._keys.get(hashed)
        if key is None:
            await self._refresh_once()
            key = self._keys.get(hashed)
        return None if key is None or _expired(key) else key

    async def named(self, id_: str) -> Key | None:
        """The key of an id, for those who prove in another way that they are its holder; None as above."""
        if id_ not in self._by_id:
            await self._refresh_once()
        key = self._by_id.get(id_)
        return None if key is None or _expired(key) else key

    async def _refresh_once(self) -> None:
        """Those who ask for unknown keys at the same time share one look at the table."""
        reads = self._reads
        async with self._reading:
            if self._reads < reads + 2:  # the read that was under way may have begun before the key was there
                await self.refresh()

    async def refresh(self) -> None:
        rows = await self._pool.fetch(
            "SELECT id, subject, secret_hash, scopes, publishers, expires_at FROM api_key"
            " WHERE revoked_position IS NULL"
        )
        self._keys = {
            row["secret_hash"]: Key(
                row["id"],
                row["subject"],
                frozenset(row["scopes"]),
                tuple(row["publishers"]),
                row["expires_at"],
            )
            for row in rows
        }
        self._by_id = {key.id: key for key in self._keys.values()}
        self._reads += 1

    async def run(self) -> None:
        woken = self._waker.subscribe()
        try:
            while True:
                await self.refresh()
                await self._waker.wait(woken)
        finally:
            self._waker.unsubscribe(woken)


def _expired(key: Key) -> bool:
    return key.expires_at is not None and key.expires_at <= datetime.now(UTC)
