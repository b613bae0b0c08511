"""Verifies a log: recomputes everything that can be recomputed, in batches, and names the first position that is bad.

What it finds: any column of an envelope that was altered, a missing or an inserted event, a chain that was broken,
versions of a stream that do not run, an event that this release cannot read, a text that is missing, altered or gone
without a redaction, and a checkpoint that is not of this log. Who can write the tables can also write all of it anew,
hashes and checkpoints included; that is found by whoever kept a checkpoint, or gives the public keys to be trusted.
"""

from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from events.catalogue import ContentRedacted
from events.chain import GENESIS, leaf, link, payload_hash
from events.checkpoint import Checkpoint
from events.checkpointing import KEPT_LEVEL, checkpoint_of
from events.contents import contents_of
from events.envelope import Undecodable
from events.merkle import Frontier, Node, entry_hash
from events.queries import queries
from events.upcast import stored_event

BATCH = 2_000  # events
_CONTENTS = 1_000  # rows; their bodies stay in the database
_SQL = queries(Path(__file__).parent / "sql" / "verify.sql")

Progress = Callable[[str, int, int], None]  # what is being checked, how many are, of how many


class Damage(Exception):
    """The log is not as it was recorded. `position` is the first event at fault, None where that is no event."""

    def __init__(self, position: int | None, why: str) -> None:
        super().__init__(why if position is None else f"position {position}: {why}")
        self.position, self.why = position, why


class Verified(msgspec.Struct, kw_only=True):
    """What was found whole."""

    events: int = 0
    contents: int = 0
    redacted_contents: int = 0
    pending_contents: int = 0  # named by a redaction, and still there
    checkpoints: int = 0
    covered: int = 0  # events that the newest checkpoint vouches for
    chain: bytes = GENESIS
    public_keys: tuple[bytes, ...] = ()  # that checkpoints were signed with


async def verify(
    pool: asyncpg.Pool, *, public_keys: Collection[bytes] = (), progress: Progress | None = None
) -> Verified:
    """Checks the log as it is at the start, while it may go on growing. Raises Damage.

    With `public_keys` every checkpoint must have been signed with one of them.
    """
    return await _Verification(pool, public_keys, progress or (lambda *_: None)).run()


class _Verification:
    def __init__(self, pool: asyncpg.Pool, public_keys: Collection[bytes], progress: Progress) -> None:
        self._pool = pool
        self._trusted = public_keys
        self._progress = progress
        self._done = Verified()
        self._frontier = Frontier()
        self._recorded_at: Any = None
        self._redacted: dict[bytes, int] = {}  # hashes of contents, and the position of what took them away
        self._checkpoints: list[Checkpoint] = []  # the next ones, read ahead
        self._keys: dict[bytes, None] = {}

    async def run(self) -> Verified:
        head = int(await self._pool.fetchval(_SQL["head"]))
        await self._read_checkpoints(0)
        while self._done.events < head:
            rows = await self._pool.fetch(
                _SQL["events"], self._done.events, min(BATCH, head - self._done.events)
            )
            if not rows:
                raise Damage(self._done.events + 1, "the event is missing")
            await self._check_batch(rows)
            self._progress("events", self._done.events, head)
        for left in self._checkpoints:
            if left.size <= int(await self._pool.fetchval(_SQL["head"])):
                break  # it was made meanwhile
            raise Damage(head + 1, f"the log ends at {head}, but a checkpoint vouches for {left.size} events")
        await self._check_contents(head)
        self._done.public_keys = tuple(self._keys)
        return self._done

    async def _check_batch(self, rows: list[asyncpg.Record]) -> None:
        refs: dict[bytes, tuple[int, str, int]] = {}
        nodes: dict[Node, tuple[bytes, int]] = {}
        for row in rows:
            for hash_, media_type, length in self._check_event(row):
                refs.setdefault(hash_, (row["position"], media_type, length))
            for node, subtree in self._frontier.append(entry_hash(row["leaf"])):
                if node.level >= KEPT_LEVEL:
                    nodes[node] = (subtree, row["position"])
            while self._checkpoints and self._checkpoints[0].size == self._done.events:
                self._check_checkpoint(self._checkpoints.pop(0))
                if not self._checkpoints:
                    await self._read_checkpoints(self._done.events)
        await self._check_nodes(nodes)
        await self._check_refs(refs)

    def _check_event(self, row: asyncpg.Record) -> list[tuple[bytes, str, int]]:
        """Gives hash, media type and length of the contents that the event refers to."""
        position = self._done.events + 1
        if row["position"] != position:
            raise Damage(position, f"the event is missing; the next one is at {row['position']}")
        if self._recorded_at is not None and row["recorded_at"] < self._recorded_at:
            raise Damage(position, "it was recorded before the event in front of it")
        self._check_hashes(position, row)
        if row["version"] < 1 or (row["version"] > 1 and not 0 < (row["previous"] or 0) < position):
            raise Damage(position, f"{row['stream']} has no version {row['version'] - 1} before this one")
        self._done.events, self._recorded_at = position, row["recorded_at"]
        try:
            event = stored_event(position, row["type"], row["schema_version"], row["payload"])
        except Undecodable as error:
            raise Damage(position, f"it cannot be read: {error}") from None
        if isinstance(event, ContentRedacted):
            self._redacted.update((bytes.fromhex(hash_), position) for hash_ in event.contents)
        return [(bytes.fromhex(ref.hash), ref.media_type, ref.length) for ref in contents_of(event)]

    def _check_hashes(self, position: int, row: asyncpg.Record) -> None:
        if row["salt"] is None or row["payload"] is None or row["payload_hash"] is not None:
            # The table has room for the redaction of a payload, but no kind of event records one yet.
            raise Damage(position, "its payload or salt is gone, and no redaction says so")
        hashed = payload_hash(row["salt"], row["payload"])
        try:
            computed = leaf(**{name: row[name] for name in _ENVELOPE}, payload_hash=hashed)
        except (OverflowError, TypeError) as error:  # such as a moment that is infinity
            raise Damage(position, f"the envelope holds what no event can: {error}") from None
        if computed != row["leaf"]:
            raise Damage(position, "the envelope or the payload was altered: the leaf does not match")
        self._done.chain = link(self._done.chain, computed)
        if self._done.chain != row["chain"]:
            raise Damage(
                position, "the chain is broken: this event or the one before is not what was recorded"
            )

    def _check_checkpoint(self, checkpoint: Checkpoint) -> None:
        size = checkpoint.size
        if not checkpoint.is_signed:
            raise Damage(size, f"the signature of the checkpoint of {size} events is wrong")
        if self._trusted and checkpoint.public_key not in self._trusted:
            raise Damage(size, f"the checkpoint of {size} events was signed with another key")
        if (checkpoint.chain, checkpoint.root) != (self._done.chain, self._frontier.root()):
            raise Damage(size, f"the checkpoint of {size} events is not of this log")
        self._keys[checkpoint.public_key] = None
        self._done.checkpoints += 1
        self._done.covered = size

    async def _read_checkpoints(self, after: int) -> None:
        self._checkpoints = [checkpoint_of(row) for row in await self._pool.fetch(_SQL["checkpoints"], after)]
        if self._checkpoints and self._checkpoints[0].size < 1:
            raise Damage(None, f"there is a checkpoint of {self._checkpoints[0].size} events")

    async def _check_nodes(self, nodes: Mapping[Node, tuple[bytes, int]]) -> None:
        """Those that are kept; the newest may not be yet."""
        if not nodes:
            return
        levels, numbers = [node.level for node in nodes], [node.number for node in nodes]
        for row in await self._pool.fetch(_SQL["nodes"], levels, numbers):
            expected, position = nodes[Node(row["level"], row["number"])]
            if row["hash"] != expected:
                raise Damage(
                    position, "a subtree that was kept for proofs is not that of the events up to here"
                )

    async def _check_refs(self, refs: Mapping[bytes, tuple[int, str, int]]) -> None:
        """Every content that an event refers to is there, or was taken away and its row still says so."""
        if not refs:
            return
        found = {row["hash"]: row for row in await self._pool.fetch(_SQL["referred"], list(refs))}
        for hash_, (position, media_type, length) in refs.items():
            row = found.get(hash_)
            if row is None:
                raise Damage(position, f"the content {hash_.hex()} that it refers to is missing")
            if (row["media_type"], row["length"]) not in ((media_type, length), (media_type, None)):
                raise Damage(position, f"the content {hash_.hex()} has another type or length than it says")
            if not 0 < row["position"] <= position:
                raise Damage(position, f"the content {hash_.hex()} stands at position {row['position']}")

    async def _check_contents(self, head: int) -> None:
        total = int(await self._pool.fetchval(_SQL["content_count"]))
        after = b""
        while rows := await self._pool.fetch(_SQL["contents"], after, _CONTENTS):
            for row in rows:
                await self._check_content(row, head)
            after = rows[-1]["hash"]
            self._progress("texts", self._done.contents, max(total, self._done.contents))

    async def _check_content(self, row: asyncpg.Record, head: int) -> None:
        self._done.contents += 1
        hash_, position = row["hash"], row["position"]
        if row["is_whole"] is None:
            if hash_ not in self._redacted and not await self._redacted_since(hash_, head):
                raise Damage(position, f"the content {hash_.hex()} is gone, and no redaction says so")
            self._done.redacted_contents += 1
        elif not row["is_whole"]:
            raise Damage(position, f"the content {hash_.hex()} was altered")
        elif hash_ in self._redacted:
            self._done.pending_contents += 1

    async def _redacted_since(self, hash_: bytes, head: int) -> bool:
        """Whether an event younger than this verification took it away."""
        return bool(await self._pool.fetchval(_SQL["redacted_since"], head, hash_.hex()))


_ENVELOPE = (
    *("position", "stream", "version", "id", "type", "schema_version", "recorded_at"),
    *("actor", "cause", "correlation"),
)
