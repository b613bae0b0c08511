"""Makes checkpoints, off the append path: one loop of one process, which re-reads nothing that it has hashed before."""

import asyncio
import logging
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from events.checkpoint import Checkpoint, signed
from events.merkle import Frontier, Node, entry_hash, peaks_of
from events.queries import queries

NAME = "checkpoints"  # of the lease
KEPT_LEVEL = 10  # complete subtrees from this level up are kept in the database
EVERY = 10_000  # positions
SECONDS = 10.0  # when there is something new: at worst two megabytes of checkpoints a day

_READ = 4 << KEPT_LEVEL  # leaves at a time: some ten milliseconds of the event loop
_SQL = queries(Path(__file__).parent / "sql" / "checkpoints.sql")

logger = logging.getLogger(__name__)


class LogDamaged(Exception):
    """The log is not as it was recorded; the message names the position."""


class Checkpointer:
    """Signs with `key`. Hold the lease `checkpoints` around `run`; a second one does no harm, only work."""

    def __init__(self, pool: asyncpg.Pool, key: Ed25519PrivateKey) -> None:
        self._pool = pool
        self._key = key

    async def run(self, *, every: int = EVERY, seconds: float = SECONDS, poll: float = 1.0) -> None:
        """A checkpoint for every so many positions, and after so many seconds when there is something new, for ever.

        Raises LogDamaged and what the database raises: whoever runs it starts it again.
        """
        newest = await newest_checkpoint(self._pool)
        size, due = newest.size if newest else 0, 0.0
        now = asyncio.get_running_loop().time
        while True:
            new = await self._pool.fetchval(_SQL["head"]) - size
            if new >= every or (new > 0 and now() >= due):
                made = await self.make()
                size, due = made.size if made else size, now() + seconds
            await asyncio.sleep(poll)

    async def make(self) -> Checkpoint | None:
        """A checkpoint of the log as it is; None where there is one already, or no event."""
        last = await self._pool.fetchrow(_SQL["last"])
        if last is None:
            return None
        root = await self._root(last["position"])
        made = signed(self._key, size=last["position"], root=root, chain=last["chain"], at=datetime.now(UTC))
        is_new = await self._pool.fetchval(
            _SQL["add"], made.size, made.recorded_at, made.root, made.chain, made.public_key, made.signature
        )
        return made if is_new else None

    async def _root(self, size: int) -> bytes:
        """The tree's head over so many events; keeps the subtrees that became complete."""
        blocks = await self._pool.fetchval(_SQL["blocks"], KEPT_LEVEL)
        known = blocks << KEPT_LEVEL
        if known > size:
            raise LogDamaged(f"the log ends at position {size}; subtrees up to {known} had been kept")
        nodes = peaks_of(known)
        kept = await kept_nodes(self._pool, nodes)
        frontier = Frontier(known, [kept[node] for node in nodes])
        while frontier.size < size:
            start, end = frontier.size, min(size, frontier.size + _READ)
            leaves = await leaves_of(self._pool, start, end)
            complete = [
                (node, hash_)
                for leaf in leaves
                for node, hash_ in frontier.append(entry_hash(leaf))
                if node.level >= KEPT_LEVEL
            ]
            if complete:
                await keep_nodes(self._pool, complete)
        return frontier.root()


async def newest_checkpoint(source: asyncpg.Pool, covering: int = 0) -> Checkpoint | None:
    """The last checkpoint, if it has at least so many events."""
    row = await source.fetchrow(_SQL["newest"])
    return checkpoint_of(row) if row is not None and row["size"] >= covering else None


async def checkpoint_at(source: asyncpg.Pool, size: int) -> Checkpoint | None:
    """The checkpoint of exactly so many events."""
    row = await source.fetchrow(_SQL["at"], size)
    return checkpoint_of(row) if row is not None else None


async def kept_nodes(source: asyncpg.Pool | asyncpg.Connection, nodes: list[Node]) -> dict[Node, bytes]:
    """The hashes of kept subtrees. Raises LogDamaged where one is not there."""
    rows = await source.fetch(_SQL["nodes"], [n.level for n in nodes], [n.number for n in nodes])
    found = {Node(row["level"], row["number"]): row["hash"] for row in rows}
    for node in nodes:
        if node not in found:
            raise LogDamaged(f"the subtree {node.number} of level {node.level} is not in merkle_node")
    return found


async def keep_nodes(source: asyncpg.Pool | asyncpg.Connection, nodes: list[tuple[Node, bytes]]) -> None:
    levels, numbers = [node.level for node, _ in nodes], [node.number for node, _ in nodes]
    await source.execute(_SQL["keep"], levels, numbers, [hash_ for _, hash_ in nodes])


async def leaves_of(source: asyncpg.Pool, start: int, end: int) -> list[bytes]:
    """The leaves of the entries [start, end), that is of positions start + 1 to end.

    Raises LogDamaged where there are fewer.
    """
    rows = await source.fetch(_SQL["leaves"], start, end)
    if len(rows) != end - start:
        raise LogDamaged(f"an event between positions {start + 1} and {end} is missing")
    return [row["leaf"] for row in rows]


def checkpoint_of(row: asyncpg.Record) -> Checkpoint:
    return Checkpoint(**{name: row[name] for name in Checkpoint.__struct_fields__})
