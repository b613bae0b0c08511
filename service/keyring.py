"""The keys in force, held in memory: looking one up costs no round trip.

They are a fold of the log's key streams, so what is said of a key counts as soon as it is recorded, however far the
views are behind. A worker that has not seen the log for a second looks before it trusts its memory, so a revoked key
is dead everywhere within that second, also where a notification was lost.
"""

import asyncio
import time
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Literal, NamedTuple

import msgspec

from events.catalogue import KeyCreated, KeyRevoked, KeyRotated
from events.envelope import Recorded
from events.follow import Waker
from events.log import Log
from service.keys import Key, secret_hash

CATEGORY = "key"
POLL = 0.4  # seconds between looks where nothing wakes us
_TRUSTED_FOR = 1.0  # seconds after the beginning of a look
_PAUSE = 0.05  # seconds between looks, however busy the log is
_BATCH = 500


class Secret(msgspec.Struct, frozen=True):
    """A secret of a key; `until` None: the newest, good as long as the key."""

    prefix: str
    hash: bytes
    until: datetime | None = None


class KeyState(msgspec.Struct, frozen=True):
    """What the log says of a key."""

    key: Key
    secrets: tuple[Secret, ...]  # the newest first
    created_at: datetime
    created_by: str
    created_position: int
    position: int  # of the last event
    revoked_at: datetime | None = None

    def standing(self, now: datetime) -> Literal["in_force", "expired", "revoked"]:
        if self.revoked_at is not None:
            return "revoked"
        return "in_force" if self.key.expires_at is None or now < self.key.expires_at else "expired"


class _Held(NamedTuple):
    key: Key
    until: float  # Unix time


def folded(states: Mapping[str, KeyState], events: Iterable[Recorded]) -> dict[str, KeyState]:
    """The keys after some more events of their streams, in order. Pure."""
    after = dict(states)
    for recorded in events:
        match recorded.event:
            case KeyCreated() as created:
                after[recorded.stream] = _created(recorded, created)
            case KeyRotated() as rotated:
                state = after[recorded.stream]
                until = datetime.fromisoformat(rotated.previous_until)
                before = tuple(
                    msgspec.structs.replace(secret, until=min(secret.until or until, until))
                    for secret in state.secrets
                )
                newest = Secret(rotated.prefix, bytes.fromhex(rotated.secret_hash))
                after[recorded.stream] = msgspec.structs.replace(
                    state, secrets=(newest, *before), position=recorded.position
                )
            case KeyRevoked():
                state = after[recorded.stream]
                after[recorded.stream] = msgspec.structs.replace(
                    state,
                    position=recorded.position,
                    revoked_at=state.revoked_at or recorded.recorded_at,
                )
            case _:
                pass  # a key's stream may come to hold more
    return after


async def keys_of(log: Log) -> dict[str, KeyState]:
    """Every key that there ever was, by id, in the order in which they were made."""
    states, after = dict[str, KeyState](), 0
    while events := await log.read_category(CATEGORY, after, _BATCH):
        states, after = folded(states, events), events[-1].position
    return states


class KeyRing:
    """The keys of the log, as this process knows them."""

    def __init__(self, log: Log, waker: Waker) -> None:
        """`waker`: of the log's channel."""
        self._log = log
        self._waker = waker
        self._states: dict[str, KeyState] = {}
        self._held: dict[bytes, _Held] = {}
        self._position = 0
        self._looks = 0
        self._trusted_until = 0.0
        self._looking = asyncio.Lock()

    def at_once(self, secret: str) -> Key | None:
        """The key of a secret, from memory. None: unknown here, or memory is too old to say; then `find` looks."""
        held = self._held.get(secret_hash(secret))
        if held is None or time.monotonic() >= self._trusted_until:
            return None
        return held.key if time.time() < held.until else None

    async def find(self, secret: str) -> Key | None:
        """The key of a secret; None where it is unknown, revoked or expired."""
        hashed = secret_hash(secret)
        if hashed not in self._held or time.monotonic() >= self._trusted_until:
            await self._look_once()
        held = self._held.get(hashed)
        return held.key if held is not None and time.time() < held.until else None

    async def named(self, id_: str) -> Key | None:
        """The key of an id, for those who prove in another way that they are its holder; None as above."""
        if id_ not in self._states or time.monotonic() >= self._trusted_until:
            await self._look_once()
        state = self._states.get(id_)
        return state.key if state is not None and time.time() < _end(state) else None

    async def states(self) -> dict[str, KeyState]:
        """Every key that there ever was, by id, in the order in which they were made."""
        await self._look_once()
        return self._states

    async def run(self) -> None:
        """Looks whenever the log grows, and every so often, for ever. Begins anew, in case the log is another."""
        self._states, self._position = {}, 0
        woken = self._waker.subscribe()
        try:
            while True:
                async with self._looking:
                    await self._look()
                await asyncio.sleep(_PAUSE)
                await self._waker.wait(woken)
        finally:
            self._waker.unsubscribe(woken)

    async def _look_once(self) -> None:
        """Those who ask at the same time share one look at the log."""
        looks = self._looks
        async with self._looking:
            if self._looks < looks + 2:  # the look that was under way may have begun before the key was there
                await self._look()

    async def _look(self) -> None:
        began = time.monotonic()
        states, position = self._states, self._position
        while events := await self._log.read_category(CATEGORY, position, _BATCH):
            states, position = folded(states, events), events[-1].position
        if states is not self._states:
            self._held = {
                secret.hash: _Held(state.key, min(_end(state), _time(secret.until)))
                for state in states.values()
                for secret in state.secrets
            }
        self._states, self._position = states, position
        self._trusted_until = began + _TRUSTED_FOR
        self._looks += 1


def _created(recorded: Recorded, created: KeyCreated) -> KeyState:
    key = Key(
        id=recorded.stream,
        subject=created.subject,
        scopes=frozenset(created.scopes),
        publishers=created.publishers,
        expires_at=datetime.fromisoformat(created.expires_at) if created.expires_at else None,
        requests_per_minute=created.requests_per_minute,
    )
    return KeyState(
        key=key,
        secrets=(Secret(created.prefix, bytes.fromhex(created.secret_hash)),),
        created_at=recorded.recorded_at,
        created_by=recorded.actor,
        created_position=recorded.position,
        position=recorded.position,
    )


def _end(state: KeyState) -> float:
    """When the key ends, in Unix time."""
    return 0.0 if state.revoked_at is not None else _time(state.key.expires_at)


def _time(instant: datetime | None) -> float:
    return float("inf") if instant is None else instant.timestamp()
