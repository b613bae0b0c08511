"""When keys were last used, and what they did to the log."""

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import msgspec

from events.catalogue import type_of
from events.log import BEHIND_ALL, Log
from events.queries import queries
from service.keyring import KeyState

EVERY = 10.0  # seconds between batches

_SQL = queries(Path(__file__).parent / "sql" / "keys.sql")


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """An event that a key led to. What followed from it by itself has the same correlation."""

    position: int
    recorded_at: datetime
    type: str
    stream: str  # id of what it is about
    correlation: uuid.UUID


async def note_uses(pool: asyncpg.Pool, used: set[str], stop: asyncio.Event) -> None:
    """Writes down, every so often and at the end, which keys were used; `used` is emptied each time."""
    while not stop.is_set():
        try:
            async with asyncio.timeout(EVERY):
                await stop.wait()
        except TimeoutError:
            pass
        if used:
            keys = sorted(used)
            await pool.execute(_SQL["used"], keys, datetime.now(UTC))
            used.difference_update(keys)


async def last_uses(pool: asyncpg.Pool, keys: Sequence[str]) -> Mapping[str, datetime]:
    """When each key (id) was last used, of those that ever were."""
    return {row["key"]: row["last_used_at"] for row in await pool.fetch(_SQL["uses"], keys)}


async def acts_of(log: Log, state: KeyState, after: int, limit: int) -> list[Act]:
    """What the key did to the log behind a position, in order: the events of its subject, as long as it lived."""
    until = BEHIND_ALL if state.revoked_at is None else state.position
    return [
        Act(
            position=recorded.position,
            recorded_at=recorded.recorded_at,
            type=type_of(recorded.event),
            stream=recorded.stream,
            correlation=recorded.correlation,
        )
        for recorded in await log.read_actor(
            state.key.subject, max(after, state.created_position), until, limit
        )
    ]


def sharing(state: KeyState, states: Mapping[str, KeyState]) -> list[str]:
    """Other keys (ids) of the same subject that lived at the same time: the log does not tell them apart."""
    return [
        other.key.id
        for other in states.values()
        if other.key.subject == state.key.subject
        and other.key.id != state.key.id
        and (other.revoked_at is None or other.position > state.created_position)
        and (state.revoked_at is None or state.position > other.created_position)
    ]
