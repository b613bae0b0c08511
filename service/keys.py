"""API keys: acts on them, each an event; a secret is shown once and known by its hash."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec

from events.catalogue import (
    KeyCreated,
    KeyRevoked,
    KeyRotated,
    PublisherRegistered,
    PublisherTrustChanged,
)
from events.envelope import NEW, Append, Conflict, NewEvent, Recorded
from events.ids import mint, publisher_id
from events.log import Log

SCOPES = ("read", "read:embargoed", "ingest", "review", "subscribe", "admin")
LONGEST_OVERLAP = timedelta(days=30)
MOST_REQUESTS = 10**9  # a minute, that a key may be allowed


class Key(msgspec.Struct, frozen=True):
    """Who is asking, and what they may do. `publishers` are ids, the first is the default."""

    id: str
    subject: str
    scopes: frozenset[str]
    publishers: tuple[str, ...]
    expires_at: datetime | None
    requests_per_minute: int | None = None  # None: what the settings give every key


class NewKey(msgspec.Struct, frozen=True):
    id: str
    secret: str  # to be shown once
    position: int


class UnknownKey(Exception):
    """There is no such key, or it has been revoked."""


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
    expires_at: datetime | None = None,
    requests_per_minute: int | None = None,
    actor: str,
) -> NewKey:
    """Appends key.created and, for publishers (names) that are new, publisher.registered.

    Raises ValueError for what makes no sense: an unknown scope, ingest without a publisher, an end in the past.
    """
    _check(subject, scopes, publishers, expires_at, requests_per_minute)
    for name in publishers:
        await register_publisher(log, name, trusted=trusted, actor=actor)
    key, (prefix, secret) = mint("key"), _new_secret()
    created = KeyCreated(
        subject=subject,
        scopes=tuple(dict.fromkeys(scopes)),
        prefix=prefix,
        secret_hash=secret_hash(secret).hex(),
        publishers=tuple(publisher_id(name) for name in publishers),
        expires_at=_written(expires_at) if expires_at else None,
        requests_per_minute=requests_per_minute,
    )
    done = await log.append(
        Append(events=(NewEvent(stream=key, event=created),), actor=actor, expected={key: NEW})
    )
    return NewKey(key, secret, done.last)


async def rotate_key(log: Log, key: str, *, overlap: timedelta, actor: str) -> NewKey:
    """Gives the key a new secret; those before it are good for the overlap. Raises UnknownKey, ValueError, Conflict."""
    if not timedelta(0) <= overlap <= LONGEST_OVERLAP:
        raise ValueError(f"the overlap is no time between 0 and {LONGEST_OVERLAP.days} days")
    last = await _in_force(log, key)
    prefix, secret = _new_secret()
    until = _written(datetime.now(UTC) + overlap)
    rotated = KeyRotated(prefix=prefix, secret_hash=secret_hash(secret).hex(), previous_until=until)
    done = await log.append(
        Append(events=(NewEvent(stream=key, event=rotated),), actor=actor, expected={key: last.version})
    )
    return NewKey(key, secret, done.last)


async def revoke_key(log: Log, key: str, *, actor: str) -> int:
    """Ends the key for good, all its secrets, signed URLs and subscriptions; gives the position. Raises UnknownKey."""
    while True:
        last = await _in_force(log, key)
        revoked = NewEvent(stream=key, event=KeyRevoked())
        try:
            done = await log.append(Append(events=(revoked,), actor=actor, expected={key: last.version}))
        except Conflict:
            continue  # rotated or revoked at the same moment
        return done.last


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


def _check(
    subject: str,
    scopes: Sequence[str],
    publishers: Sequence[str],
    expires_at: datetime | None,
    requests_per_minute: int | None,
) -> None:
    if not subject.strip() or len(subject) > 200 or not subject.isprintable():
        raise ValueError("the subject is empty, unprintable or over 200 characters")
    if unknown := set(scopes) - set(SCOPES):
        raise ValueError(f"there is no scope {', '.join(sorted(unknown))}; there are {', '.join(SCOPES)}")
    if not scopes:
        raise ValueError(f"a key needs at least one scope of {', '.join(SCOPES)}")
    if "ingest" in scopes and not publishers:
        raise ValueError("a key with the scope ingest needs the publishers that it may speak for")
    for name in publishers:
        publisher_id(name)
    if expires_at is not None and expires_at <= datetime.now(UTC):
        raise ValueError("the key would have expired already")
    if requests_per_minute is not None and not 1 <= requests_per_minute <= MOST_REQUESTS:
        raise ValueError(f"the requests a minute are no number from 1 to {MOST_REQUESTS}")


async def _in_force(log: Log, key: str) -> Recorded:
    last = await log.last(key) if key.startswith("key-") else None
    if last is None or isinstance(last.event, KeyRevoked):
        raise UnknownKey(f"there is no key {key[:60]!r} in force")
    return last


def _new_secret() -> tuple[str, str]:
    """The prefix by which a person knows the secret again, and the secret."""
    prefix = secrets.token_hex(4)
    return prefix, f"inc_{prefix}_{secrets.token_urlsafe(24)}"


def _written(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
