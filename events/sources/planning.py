"""What of a file is new against what its source has said so far: the appends that an import makes. Pure.

A record keeps its entity for ever (recording.py), a claim its identity (stating.py).
"""

from collections.abc import Iterator
from itertools import chain

import msgspec

from events.catalogue import ImportCompleted, ImportReceived, RecordGone
from events.envelope import NewEvent
from events.sources.history import SourceHistory
from events.sources.recording import Entities, Known, Mint, recording
from events.sources.records import SourceFile, Verbatims
from events.sources.stating import Claims, Import
from events.sources.steps import Step


class Plan(msgspec.Struct, frozen=True):
    """What an import appends: the steps are made one after the other, as they are asked for, and once only."""

    records: int  # how many records and claims are new, changed or gone
    steps: Iterator[Step]


def plan(
    file: SourceFile, declared: Import, history: SourceHistory, verbatims: Verbatims, known: Known, mint: Mint
) -> Plan:
    """The appends that bring the source up to the file, in order; none where nothing is new.

    An import that broke off goes on: what its stream holds is not made again.
    """
    entities = Entities(file.entities, history, known, mint)
    new = entities.new(file.entities, verbatims)
    there = {(each.kind, each.record) for each in file.entities}
    gone = [
        RecordGone(kind=kind, record=record)
        for kind, record in history.records
        if (kind, record) not in there
    ]
    claims = Claims(file, declared, history.stream, entities.ids)
    moves = claims.moves(file.tenures, history, verbatims)
    if not (new or gone or moves) and history.complete:
        return Plan(0, iter(()))
    received = _received(file, declared, history)
    version = received.version if received else history.received.version if history.received else 0
    done = ImportCompleted(version=version, broken=tuple(file.broken))
    steps = chain(
        () if received is None else (_step(history.stream, received),),
        recording(new, gone, history.stream),
        claims.steps(moves),
        (_step(history.stream, done),),
    )
    return Plan(len(new) + len(gone) + len(moves), steps)


def _received(file: SourceFile, declared: Import, history: SourceHistory) -> ImportReceived | None:
    """The event that opens the import; None where the one that broke off goes on."""
    before = history.received
    received = ImportReceived(
        version=1 if before is None else before.version + 1,
        publisher=declared.publisher,
        format=file.format,
        missing_end=declared.missing_end,
        as_of=declared.as_of.isoformat(),
    )
    if before is None or history.complete:
        return received
    same = msgspec.structs.replace(received, version=before.version) == before
    return None if same else received


def _step(stream: str, event: ImportReceived | ImportCompleted) -> Step:
    return Step((NewEvent(stream=stream, event=event),), (), 0)
