"""Imports as rows: the source, its records, what they call their entities, and the claims that they make."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from events.catalogue import ClaimsStated, ContentRef, EntitiesRecorded, ImportReceived, Span, StatedClaim
from events.envelope import Recorded
from events.queries import queries
from projections.connection import Connection, write

IMPORT = "import"  # the rule by which an import's claims are accepted, and the basis of their resolution

_SQL = queries(Path(__file__).parent / "sql" / "sources.sql")


async def record_source(connection: Connection, recorded: Recorded) -> list[str]:
    """Writes the rows of an event of an import and says which claims may count otherwise; any other writes none."""
    match recorded.event:
        case ImportReceived() as received:
            await connection.execute(
                _SQL["upsert_source"],
                *(recorded.stream, received.publisher, received.format, received.missing_end),
                *(date.fromisoformat(received.as_of), received.version, recorded.position),
            )
        case EntitiesRecorded() as entities:
            await _record(connection, recorded.stream, recorded.position, entities)
        case ClaimsStated() as stated:
            await _state(connection, recorded, stated)
            return [*(each.claim.id for each in stated.claims), *stated.withdrawn, *stated.attested]
        case _:
            pass
    return []


async def _record(connection: Connection, source: str, position: int, event: EntitiesRecorded) -> None:
    keys = [(each.kind, each.record) for each in event.records]
    keys.extend((each.kind, each.record) for each in event.gone)
    kinds, records = [kind for kind, _ in keys], [record for _, record in keys]
    await connection.execute(_SQL["close_records"], source, kinds, records, position)
    await connection.execute(_SQL["close_same_as"], source, kinds, records, position)
    await write(
        connection,
        _SQL["insert_record"],
        [
            (
                *(source, position, each.kind, each.record, each.entity, each.name),
                *_place(event.content, each.verbatim),
            )
            for each in event.records
        ],
    )
    await write(
        connection,
        _SQL["insert_same_as"],
        [
            (source, position, each.kind, each.record, each.entity, other.scheme, other.identifier)
            for each in event.records
            if each.entity is not None
            for other in each.same_as
        ],
    )


async def _state(connection: Connection, recorded: Recorded, event: ClaimsStated) -> None:
    position, actor = recorded.position, recorded.actor
    stated, withdrawn = [each.claim.id for each in event.claims], list(event.withdrawn)
    await connection.execute(_SQL["close_claims"], stated, position)
    await write(
        connection,
        _SQL["insert_stated"],
        [_columns(recorded, event, each, ordinal) for ordinal, each in enumerate(event.claims)],
    )
    if event.attested:
        await connection.execute(_SQL["attest"], list(event.attested), position, event.as_of)
    await connection.execute(_SQL["close_resolutions"], stated, position)
    await write(
        connection,
        _SQL["insert_resolution"],
        [(each.claim.id, position, each.person, each.post, each.organization) for each in event.claims],
    )
    await connection.execute(_SQL["close_decisions"], stated, position, False)
    await connection.execute(_SQL["close_decisions"], withdrawn, position, True)
    for claims, state, rule in ((stated, "accepted", IMPORT), (withdrawn, "withdrawn", "no_longer_made")):
        await connection.execute(_SQL["insert_decision"], claims, position, state, rule, actor)


def _columns(recorded: Recorded, event: ClaimsStated, stated: StatedClaim, ordinal: int) -> Sequence[Any]:
    claim = stated.claim
    return (
        *(
            claim.id,
            recorded.position,
            recorded.stream,
            event.as_of,
            event.publisher,
            stated.record,
            stated.url,
        ),
        *_place(event.content, stated.verbatim),
        *(ordinal, claim.kind, claim.person, claim.post, claim.organization, claim.capacity),
        *(str(day) if day else None for day in (claim.date, claim.start, claim.end)),
        *(claim.modality, claim.background, claim.official, claim.confidence, claim.rule, claim.on_leave),
    )


def _place(content: ContentRef | None, verbatim: Span | None) -> tuple[bytes | None, int | None, int | None]:
    """Where a record stands verbatim: key of the content table, first byte and the one behind the last."""
    if content is None or verbatim is None:
        return None, None, None
    return bytes.fromhex(content.hash), verbatim.start, verbatim.end
