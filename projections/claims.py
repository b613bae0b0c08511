"""Articles and claims as rows: what was read, what it means, what became of it. Each write says which posts to fold."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import msgspec

from events.catalogue import (
    ArticleRead,
    ArticleReceived,
    ArticleReleased,
    ArticleTraced,
    Claim,
    ClaimsDecided,
    ClaimsResolved,
    ClaimsSubmitted,
    Decision,
    PostSettled,
    Resolution,
)
from events.dates import PartialDate
from events.envelope import Recorded
from events.queries import queries
from projections.connection import Connection, write
from projections.model import FoldClaim

_SQL = queries(Path(__file__).parent / "sql" / "claims.sql")


class Counted(msgspec.Struct, frozen=True):
    """Of an event's claims, those that counted for a post before it, and those that count now, by id."""

    before: dict[str, FoldClaim]
    now: dict[str, FoldClaim]

    @property
    def claims(self) -> set[str]:
        return self.before.keys() | self.now.keys()

    @property
    def persons(self) -> set[str]:
        return {claim.person for claim in (*self.before.values(), *self.now.values())}


Concerned = list[tuple[int, str]]  # position of an event, and a claim that may count otherwise since


async def record_claims(connection: Connection, several: Sequence[Recorded]) -> Concerned:
    """Writes the rows of events about articles or claims and says which claims may count otherwise since.

    Several events touch nothing in common (`projections.waves`); those of one kind are written together.
    """
    concerned: Concerned = []
    received = [(each, each.event) for each in several if isinstance(each.event, ArticleReceived)]
    read = [(each, each.event) for each in several if isinstance(each.event, ArticleRead)]
    resolved = [(each, each.event) for each in several if isinstance(each.event, ClaimsResolved)]
    decided = [
        (each, {decision.claim: decision for decision in each.event.decisions})
        for each in several
        if isinstance(each.event, ClaimsDecided | PostSettled)
    ]
    if received:
        await _receive(connection, received)
    if read:
        await _read(connection, read)
        concerned += [(each.position, claim.id) for each, event in read for claim in event.claims]
    if resolved:
        meant = [(each, {one.claim: one for one in event.resolutions}) for each, event in resolved]
        await _resolve(connection, meant)
        concerned += [(each.position, claim) for each, resolutions in meant for claim in resolutions]
    if decided:
        await _decide(connection, decided)
        concerned += [(each.position, claim) for each, decisions in decided for claim in decisions]
    for each in several:
        concerned += [(each.position, claim) for claim in await _record(connection, each)]
    return concerned


async def _record(connection: Connection, recorded: Recorded) -> Sequence[str]:
    """The less frequent events, each by itself."""
    position = recorded.position
    match recorded.event:
        case ArticleReleased(version=version):
            await connection.execute(_SQL["release_article"], recorded.stream, version, position)
        case ArticleTraced(version=version, origin=origin):
            await connection.execute(_SQL["trace_article"], recorded.stream, version, origin)
            claims = [row["id"] for row in await connection.fetch(_SQL["claims_of_origin"], recorded.stream)]
            await connection.execute(_SQL["trace_claims"], claims, position, origin, version)
            return claims
        case ClaimsSubmitted() as submitted:
            await _submit(connection, recorded.stream, position, submitted)
        case _:
            pass
    return ()


async def counted(connection: Connection, concerned: Concerned) -> dict[int, dict[str, Counted]]:
    """By event and post: those of the claims that counted for it just before the event, and count now."""
    found: dict[int, dict[str, Counted]] = {}
    positions, claims = [position for position, _ in concerned], [claim for _, claim in concerned]
    for row in await connection.fetch(_SQL["counted"], positions, claims):
        of_post = found.setdefault(row["position"], {}).setdefault(row["post"], Counted({}, {}))
        (of_post.now if row["is_now"] else of_post.before)[row["id"]] = fold_claim(row, row["zone"])
    return found


async def meant_posts(connection: Connection, claims: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of claim and post, as the claims are resolved now."""
    rows = await connection.fetch(_SQL["meant_posts"], claims)
    return [(row["claim"], row["post"]) for row in rows]


async def accepted_claims(connection: Connection, zones: Mapping[str, str]) -> dict[str, list[FoldClaim]]:
    """What the timeline of each post is folded from: its accepted claims whose person is known, in no order.

    `zones` maps each post to its time zone.
    """
    claims: dict[str, list[FoldClaim]] = {post: [] for post in zones}
    for row in await connection.fetch(_SQL["accepted_of_posts"], list(zones)):
        claims[row["post"]].append(fold_claim(row, zones[row["post"]]))
    return claims


def day_published(published: str | None, zone: str) -> date | None:
    """The day of an RFC 3339 instant in the zone; a bare day is that day anywhere."""
    if published is None:
        return None
    if len(published) == 10:
        return date.fromisoformat(published)
    # UTC needs no database of time zones, which a small machine may lack.
    return _instant(published).astimezone(UTC if zone == "UTC" else ZoneInfo(zone)).date()


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def partial(text: str | None) -> PartialDate | None:
    return None if text is None else PartialDate.parse(text)


async def _receive(connection: Connection, several: Sequence[tuple[Recorded, ArticleReceived]]) -> None:
    await write(
        connection,
        _SQL["insert_article"],
        [(each.stream, event.uri, event.version, each.position) for each, event in several],
    )
    await write(
        connection,
        _SQL["insert_article_uri"],
        [(hashlib.sha256(event.uri.encode()).digest(), each.stream) for each, event in several],
    )
    await write(
        connection, _SQL["insert_article_version"], [_version(each, event) for each, event in several]
    )


def _version(recorded: Recorded, received: ArticleReceived) -> tuple[Any, ...]:
    text, original = received.text, received.original
    return (
        *(recorded.stream, received.version, recorded.position, received.uri, received.publisher),
        *(bytes.fromhex(text.hash), text.media_type, text.length),
        *(bytes.fromhex(original.hash), original.media_type, original.length),
        *(received.title_length, received.published, received.published_basis, received.language),
        *(received.pubstatus, received.embargoed, received.credit, received.deriver),
        _instant(received.embargoed) if received.embargoed else None,
    )


async def _read(connection: Connection, several: Sequence[tuple[Recorded, ArticleRead]]) -> None:
    await write(
        connection, _SQL["set_read_version"], [(each.stream, event.version) for each, event in several]
    )
    await write(
        connection,
        _SQL["close_claims"],
        [
            (claim, event.version, each.position)
            for each, event in several
            for claim in dict.fromkeys(claim.id for claim in event.claims)
        ],
    )
    first = {
        claim.id: (claim.id, each.position, each.stream, event.version, ordinal, *_columns(claim))
        for each, event in reversed(several)
        for ordinal, claim in reversed([*enumerate(event.claims)])
    }
    await write(connection, _SQL["insert_claim"], [*first.values()])


async def _submit(connection: Connection, stream: str, position: int, submitted: ClaimsSubmitted) -> None:
    note, evidence = (
        bytes.fromhex(ref.hash) if ref else None for ref in (submitted.note, submitted.evidence)
    )
    same = (stream, submitted.said_on, submitted.publisher, submitted.supersedes, evidence, note)
    await connection.executemany(
        _SQL["insert_submitted"],
        [
            (claim.id, position, *same, ordinal, *_columns(claim))
            for ordinal, claim in enumerate(submitted.claims)
        ],
    )


async def _resolve(
    connection: Connection, several: Sequence[tuple[Recorded, Mapping[str, Resolution]]]
) -> None:
    await write(
        connection,
        _SQL["close_resolutions"],
        [(claim, each.position) for each, resolutions in several for claim in resolutions],
    )
    await write(
        connection,
        _SQL["insert_resolution"],
        [
            (one.claim, each.position, one.person, one.post, one.organization, one.basis)
            for each, resolutions in several
            for one in resolutions.values()
        ],
    )


async def _decide(connection: Connection, several: Sequence[tuple[Recorded, Mapping[str, Decision]]]) -> None:
    await write(
        connection,
        _SQL["close_decisions"],
        [(claim, each.position) for each, decisions in several for claim in decisions],
    )
    await write(
        connection,
        _SQL["insert_decision"],
        [
            (
                *(one.claim, each.position, one.state, one.checked_by, one.rule, each.actor),
                bytes.fromhex(one.note.hash) if one.note else None,
            )
            for each, decisions in several
            for one in decisions.values()
        ],
    )


def _columns(claim: Claim) -> tuple[Any, ...]:
    """The values of a row, from `kind` on, in the order of the statement `insert_claim`."""
    return (
        *(claim.kind, claim.person, claim.post, claim.organization, claim.capacity),
        *(str(day) if day else None for day in (claim.date, claim.start, claim.end)),
        *(
            claim.reason,
            claim.modality,
            claim.background,
            claim.attribution,
            claim.official,
            claim.confidence,
        ),
        *((claim.quote.start, claim.quote.end) if claim.quote else (None, None)),
        claim.rule,
    )


def fold_claim(row: asyncpg.Record, zone: str) -> FoldClaim:
    """The claim of a row of the queries that give what is folded, for a post of the time zone."""
    return FoldClaim(
        id=row["id"],
        article=row["article"],
        kind=row["kind"],
        person=row["person"],
        capacity=row["capacity"],
        date=partial(row["date"]),
        start=partial(row["start_date"]),
        end=partial(row["end_date"]),
        reason=row["reason"],
        modality=row["modality"],
        background=row["background"],
        official=row["official"],
        origin=row["origin"],
        published=day_published(row["published"], zone),
        checked_by=row["checked_by"],
        on_leave=row["on_leave"],
        attested=day_published(row["attested_on"], zone),
    )
