"""Takes an exported log in: every hash is computed again on the way, and only a log that goes on from what is there."""

from collections.abc import Iterable
from pathlib import Path

import asyncpg
import msgspec

from events.catalogue import ContentRedacted
from events.chain import GENESIS, leaf, link, payload_hash
from events.checkpointing import KEPT_LEVEL, keep_nodes
from events.envelope import NewContent, Undecodable
from events.export import (
    FORMAT,
    CheckpointLine,
    ContentLine,
    End,
    EventLine,
    ExportError,
    Header,
    Line,
    Progress,
    read_export,
)
from events.merkle import Frontier, Node, entry_hash
from events.queries import queries
from events.redaction import carry_out
from events.upcast import stored_event

BATCH = 1_000  # events, or fewer with many texts: one transaction
BATCH_BYTES = 16_000_000

_SQL = queries(Path(__file__).parent / "sql" / "export.sql")


class Imported(msgspec.Struct, frozen=True):
    """`head`: the log's last position now; `new`: how many events this import brought."""

    head: int
    new: int
    chain: bytes


async def import_log(
    connection: asyncpg.Connection, file: Path, progress: Progress | None = None
) -> Imported:
    """Brings the log of the database to the state of the file, a batch a transaction, so that it goes on after a kill.

    `connection` is the owner's of the tables. Raises ExportError where the file is damaged, or the log in the
    database is no beginning of that in the file; then nothing of the batch was taken.
    """
    row = await connection.fetchrow(_SQL["head"])
    start, chain = (row["position"], row["chain"]) if row is not None else (0, GENESIS)
    with file.open("rb") as opened:
        taking = _Import(connection, start, chain, progress)
        await taking.take(read_export(opened))
    return Imported(taking.head, taking.head - start, taking.chain)


class _Import:
    def __init__(
        self, connection: asyncpg.Connection, start: int, chain: bytes, progress: Progress | None
    ) -> None:
        self._connection = connection
        self._start = start  # the log had so many events, up to this chain
        self._start_chain = chain
        self._progress = progress
        self._frontier = Frontier()
        self._position = 0  # as far as the file was read
        self.head = start
        self.chain = GENESIS
        self._begin()

    def _begin(self) -> None:
        self._events: list[EventLine] = []
        self._contents: list[ContentLine] = []
        self._checkpoints: list[CheckpointLine] = []
        self._nodes: list[tuple[Node, bytes]] = []
        self._redactions: list[int] = []
        self._bytes = 0

    async def take(self, lines: Iterable[Line]) -> None:
        header: Header | None = None
        for line in lines:
            if isinstance(line, Header):
                if header is not None or line.format != FORMAT:
                    raise ExportError(f"the file is of the format {line.format}; this release reads {FORMAT}")
                header = line
                if header.head < self._start:
                    raise ExportError(
                        f"the log has {self._start} events, more than the {header.head} in the file"
                    )
                continue
            if header is None:
                raise ExportError("the file does not begin as an export does")
            match line:
                case EventLine():
                    await self._event(line, header.head)
                case ContentLine():
                    self._content(line)
                case CheckpointLine():
                    self._checkpoint(line)
                case End():
                    await self._store(header.head)
        assert header is not None  # read_export gives no file without an end
        if (self._position, self.chain) != (header.head, header.chain):
            raise ExportError(f"the file ends at position {self._position} and not as its first line says")

    async def _event(self, line: EventLine, head: int) -> None:
        if len(self._events) >= BATCH or self._bytes >= BATCH_BYTES:
            # Texts stand in front of their event, so those read last belong to this one.
            later = [content for content in self._contents if content.position >= line.position]
            self._contents = self._contents[: len(self._contents) - len(later)]
            await self._store(head)
            self._contents = later
        self._check(line)
        nodes = self._frontier.append(entry_hash(line.leaf))
        self._nodes += [(node, hash_) for node, hash_ in nodes if node.level >= KEPT_LEVEL]
        if line.position == self._start and self.chain != self._start_chain:
            raise ExportError(f"the log is another one: it has another chain at position {self._start}")
        if line.position > self._start:
            self._events.append(line)
            self._bytes += len(line.payload)
        if self._progress is not None and line.position % BATCH == 0:
            self._progress(line.position, head)

    def _check(self, line: EventLine) -> None:
        """Leaf and chain anew, and that this release can read the event."""
        position = self._position + 1
        if line.position != position:
            raise ExportError(f"position {position} is missing in the file; {line.position} stands there")
        payload = line.payload.encode()
        envelope = {name: getattr(line, name) for name in _ENVELOPE}
        if leaf(**envelope, payload_hash=payload_hash(line.salt, payload)) != line.leaf:
            raise ExportError(f"position {position} was altered: its leaf does not match")
        self.chain = link(self.chain, line.leaf)
        if self.chain != line.chain:
            raise ExportError(f"position {position}: the chain is broken")
        try:
            event = stored_event(position, line.type, line.schema_version, payload)
        except Undecodable as error:
            raise ExportError(str(error)) from None
        if isinstance(event, ContentRedacted) and position > self._start:
            self._redactions.append(position)
        self._position = position

    def _content(self, line: ContentLine) -> None:
        hash_ = line.hash.hex()
        if (line.salt is None) != (line.body is None):
            raise ExportError(f"the content {hash_} has a text without a salt, or a salt without a text")
        if line.salt is not None and line.body is not None:
            whole = NewContent(salt=line.salt, body=line.body, media_type=line.media_type)
            if whole.hash != line.hash:
                raise ExportError(f"the content {hash_} was altered")
        if line.position != self._position + 1:
            raise ExportError(f"the content {hash_} stands in front of another event than its own")
        if line.position > self._start:
            self._contents.append(line)
            self._bytes += len(line.body or b"")

    def _checkpoint(self, line: CheckpointLine) -> None:
        made = line.checkpoint
        if made.size != self._position or not made.is_signed:
            raise ExportError(f"the checkpoint of {made.size} events is misplaced or wrongly signed")
        if (made.root, made.chain) != (self._frontier.root(), self.chain):
            raise ExportError(f"the checkpoint of {made.size} events is not of this log")
        if made.size > self._start:
            self._checkpoints.append(line)

    async def _store(self, head: int) -> None:
        """One transaction: events, their texts, subtrees, checkpoints, and what redactions take away.

        The first one comes when the chain where the two logs part has been compared: until then nothing is known to
        be of this log, so subtrees wait, too.
        """
        async with self._connection.transaction():
            if self._events:
                await self._append()
            if self._nodes:
                await keep_nodes(self._connection, self._nodes)
            for line in self._checkpoints:
                values = [getattr(line.checkpoint, name) for name in _CHECKPOINT]
                await self._connection.execute(_SQL["keep_checkpoint"], *values)
            for position in self._redactions:
                await carry_out(self._connection, position)
        self.head = max(self.head, self._position if self._events else self.head)
        self._begin()
        if self._progress is not None:
            self._progress(self._position, head)

    async def _append(self) -> None:
        await self._connection.execute(_SQL["lock"])
        row = await self._connection.fetchrow(_SQL["head"])
        if (row["position"] if row is not None else 0) != self._events[0].position - 1:
            raise ExportError("somebody else appends to the log: stop the service, and import again")
        await self._connection.copy_records_to_table(
            "event", columns=_EVENT, records=[self._record(line) for line in self._events]
        )
        await self._connection.copy_records_to_table(
            "content",
            columns=_CONTENT,
            records=[[getattr(line, name) for name in _CONTENT] for line in self._contents],
        )
        await self._connection.execute(_SQL["notify"], str(self._events[-1].position))

    def _record(self, line: EventLine) -> list[object]:
        fields = {**msgspec.structs.asdict(line), "payload": line.payload.encode()}
        return [fields[name] for name in _EVENT]


_ENVELOPE = (
    *("position", "stream", "version", "id", "type", "schema_version", "recorded_at"),
    *("actor", "cause", "correlation"),
)
_EVENT = (*_ENVELOPE, "salt", "payload", "leaf", "chain")
_CONTENT = ("hash", "salt", "media_type", "body", "position")
_CHECKPOINT = ("size", "recorded_at", "root", "chain", "public_key", "signature")
