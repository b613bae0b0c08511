"""A log as a file: JSON lines in gzip, every event and text as it is, byte for byte, in log order.

The first line says what the file is and how far it goes; then come the events, each with the texts that its append
brought in front of it and the checkpoint made at it behind it; the last line ends the file. Each batch is a gzip
member of its own, so a file that broke off is taken up again behind the last whole batch.
"""

import gzip
import os
import uuid
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import asyncpg
import msgspec

from events.checkpoint import Checkpoint
from events.checkpointing import checkpoint_of
from events.queries import queries
from events.redaction import carry_out_all, redactions

FORMAT = "incumbent-log/1"
BATCH = 1_000  # events
BATCH_BYTES = 16_000_000  # of texts, roughly: a batch ends behind the event that goes over it

_LEVEL = 6  # of gzip
_SQL = queries(Path(__file__).parent / "sql" / "export.sql")

Progress = Callable[[int, int], None]  # position, of how many


class ExportError(Exception):
    """The file is no export, is damaged or ends too early; the message says where."""


class Header(msgspec.Struct, frozen=True, kw_only=True, tag_field="line", tag="log"):
    format: str
    head: int  # position of the last event in the file
    chain: bytes  # there; 32 zeros for an empty log


class EventLine(msgspec.Struct, frozen=True, kw_only=True, tag_field="line", tag="event", omit_defaults=True):
    """A row of the table event. The payload is JSON, and stands here as the text that it is."""

    position: int
    stream: str
    version: int
    id: uuid.UUID
    type: str
    schema_version: int
    recorded_at: datetime
    actor: str
    correlation: uuid.UUID
    salt: bytes
    payload: str
    leaf: bytes
    chain: bytes
    cause: uuid.UUID | None = None


class ContentLine(
    msgspec.Struct, frozen=True, kw_only=True, tag_field="line", tag="content", omit_defaults=True
):
    """A row of the table content; without salt and body where those were redacted."""

    hash: bytes
    media_type: str
    position: int
    salt: bytes | None = None
    body: bytes | None = None


class CheckpointLine(msgspec.Struct, frozen=True, kw_only=True, tag_field="line", tag="checkpoint"):
    checkpoint: Checkpoint


class End(msgspec.Struct, frozen=True, kw_only=True, tag_field="line", tag="end"):
    """Says that the file is whole."""

    head: int


Line = Header | EventLine | ContentLine | CheckpointLine | End

_decoder: msgspec.json.Decoder[Line] = msgspec.json.Decoder(Line)


async def export_log(pool: asyncpg.Pool, file: Path, progress: Progress | None = None) -> Header:
    """Writes the log as it is now to `file`, which appears when it is whole; gives its first line.

    Meanwhile it is `file` with .part behind its name, and an export that broke off goes on there, unless something
    was redacted since. Raises asyncpg's errors and OSError.
    """
    part = file.with_name(file.name + ".part")
    await carry_out_all(pool)
    header, position = await _resumed(pool, part)
    with part.open("ab") as output:
        if header is None:
            header = await _header(pool)
            _write(output, [header])
        while position < header.head:
            lines = await _batch(pool, position, header.head)
            position = max(line.position for line in lines if isinstance(line, EventLine))
            _write(output, lines)
            if progress is not None:
                progress(position, header.head)
        _write(output, [End(head=header.head)])
        output.flush()
        os.fsync(output.fileno())
    part.replace(file)
    return header


def read_export(file: BinaryIO) -> Iterator[Line]:
    """The lines of an export, one at a time. Raises ExportError where it is damaged or broken off."""
    number, ended = 0, False
    try:
        with gzip.open(file) as lines:
            for number, line in enumerate(lines, start=1):
                if ended:
                    raise ExportError(f"line {number} stands behind the end")
                decoded = _decoder.decode(line)
                ended = isinstance(decoded, End)
                yield decoded
    except (EOFError, OSError, zlib.error) as error:
        raise ExportError(f"the file is damaged or broken off behind line {number}: {error}") from None
    except msgspec.DecodeError as error:
        raise ExportError(f"line {number} is none of an export: {error}") from None
    if not ended:
        raise ExportError(f"the file ends with line {number} and is not whole: export again, it goes on")


async def _header(pool: asyncpg.Pool) -> Header:
    row = await pool.fetchrow(_SQL["head"])
    head, chain = (row["position"], row["chain"]) if row is not None else (0, bytes(32))
    return Header(format=FORMAT, head=head, chain=chain)


async def _resumed(pool: asyncpg.Pool, part: Path) -> tuple[Header | None, int]:
    """First line and last position of an export that broke off, cut behind its last whole batch; else (None, 0)."""
    header, position, length = _whole_batches(part)
    if header is None or not await _goes_on(pool, header):
        header, position, length = None, 0, 0
    os.truncate(part, length)
    return header, position


async def _goes_on(pool: asyncpg.Pool, header: Header) -> bool:
    """Whether the file is of this log, and nothing that stands in it was redacted since it was begun."""
    chain = await pool.fetchval(_SQL["chain"], header.head) if header.head else bytes(32)
    return bool(chain == header.chain) and not await redactions(pool, header.head, 2**63 - 1)


def _whole_batches(part: Path) -> tuple[Header | None, int, int]:
    """First line, last position, and the length in bytes up to the end of the last whole gzip member."""
    header: Header | None = None
    position = length = 0
    part.touch(mode=0o600)
    with part.open("rb") as file:
        while member := _member(file, length):
            lines, length = member
            for line in lines.splitlines():
                try:
                    decoded = _decoder.decode(line)
                except msgspec.DecodeError:
                    return None, 0, 0
                if isinstance(decoded, Header):
                    header = decoded
                elif isinstance(decoded, EventLine):
                    position = decoded.position
    return header, position, length


def _member(file: BinaryIO, start: int) -> tuple[bytes, int] | None:
    """The contents of the gzip member that starts there, and where it ends; None where none does, or no whole one."""
    file.seek(start)
    unpacker = zlib.decompressobj(wbits=31)
    found = []
    try:
        while not unpacker.eof:
            chunk = file.read(1 << 20)
            if not chunk:
                return None
            found.append(unpacker.decompress(chunk))
    except zlib.error:
        return None
    return b"".join(found), file.tell() - len(unpacker.unused_data)


async def _batch(pool: asyncpg.Pool, after: int, head: int) -> list[Line]:
    """The next events up to the head, with their texts and checkpoints, in order."""
    last = int(await pool.fetchval(_SQL["last_of_batch"], after, min(head, after + BATCH), BATCH_BYTES))
    events = await pool.fetch(_SQL["events"], after, last)
    contents = await pool.fetch(_SQL["contents"], after, last)
    checkpoints = await pool.fetch(_SQL["checkpoints"], after, last)
    texts: dict[int, list[Line]] = {}
    for row in contents:
        texts.setdefault(row["position"], []).append(ContentLine(**dict(row)))
    signed = {row["size"]: CheckpointLine(checkpoint=checkpoint_of(row)) for row in checkpoints}
    lines: list[Line] = []
    for row in events:
        lines += texts.get(row["position"], [])
        lines.append(_event_line(row))
        if row["position"] in signed:
            lines.append(signed[row["position"]])
    return lines


def _event_line(row: asyncpg.Record) -> EventLine:
    fields = dict(row)
    try:
        fields["payload"] = fields["payload"].decode()
    except (AttributeError, UnicodeDecodeError):
        raise ExportError(f"position {row['position']}: the payload is no text; verify the log") from None
    return EventLine(**fields)


def _write(output: BinaryIO, lines: list[Line]) -> None:
    """Appends the lines as one gzip member. mtime 0: the same log always gives the same file."""
    raw = b"".join(msgspec.json.encode(line) + b"\n" for line in lines)
    output.write(gzip.compress(raw, _LEVEL, mtime=0))
