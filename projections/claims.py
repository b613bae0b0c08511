"""Articles and claims as rows: what was read, what it means, what became of it. Each write says which posts to fold."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
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
from projections.connection import Connection
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


async def record_claims(connection: Connection, recorded: Recorded) -> list[str]:
    """Writes the rows of an event about articles or claims and says which claims may count otherwise now."""
    position = recorded.position
    match recorded.event:
        case ArticleReceived() as received:
            await _receive(connection, recorded.stream, position, received)
        case ArticleReleased(version=version):
            await connection.execute(_SQL["release_article"], recorded.stream, version, position)
        case ArticleTraced(version=version, origin=origin):
            await connection.execute(_SQL["trace_article"], recorded.stream, version, origin)
            claims = [row["id"] for row in await connection.fetch(_SQL["claims_of_origin"], recorded.stream)]
            await connection.execute(_SQL["trace_claims"], claims, position, origin, version)
            return claims
        case ArticleRead() as read:
            await _read(connection, recorded.stream, position, read)
            return [claim.id for claim in read.claims]
        case ClaimsSubmitted() as submitted:
            await _submit(connection, recorded.stream, position, submitted)
        case ClaimsResolved(resolutions=resolutions):
            resolved = {resolution.claim: resolution for resolution in resolutions}
            await _resolve(connection, position, resolved.values())
            return list(resolved)
        case ClaimsDecided(decisions=decisions) | PostSettled(decisions=decisions):
            decided = {decision.claim: decision for decision in decisions}
            await _decide(connection, recorded, decided.values())
            return list(decided)
        case _:
            pass
    return []


async def counted(connection: Connection, claims: Sequence[str], position: int) -> dict[str, Counted]:
    """By post: those of the claims that counted for it just before the event at the position, and count now."""
    found: dict[str, Counted] = {}
    for row in await connection.fetch(_SQL["counted"], claims, position):
        of_post = found.setdefault(row["post"], Counted({}, {}))
        (of_post.now if row["is_now"] else of_post.before)[row["id"]] = fold_claim(row, row["zone"])
    return found


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


async def _receive(connection: Connection, article: str, position: int, received: ArticleReceived) -> None:
    await connection.execute(_SQL["insert_article"], article, received.uri, received.version, position)
    digest = hashlib.sha256(received.uri.encode()).digest()
    await connection.execute(_SQL["insert_article_uri"], digest, article)
    text, original = received.text, received.original
    await connection.execute(
        _SQL["insert_article_version"],
        *(article, received.version, position, received.uri, received.publisher),
        *(bytes.fromhex(text.hash), text.media_type, text.length),
        *(bytes.fromhex(original.hash), original.media_type, original.length),
        *(received.title_length, received.published, received.published_basis, received.language),
        *(received.pubstatus, received.embargoed, received.credit, received.deriver),
        _instant(received.embargoed) if received.embargoed else None,
    )


async def _read(connection: Connection, article: str, position: int, read: ArticleRead) -> None:
    await connection.execute(_SQL["set_read_version"], article, read.version)
    await connection.execute(
        _SQL["close_claims"], [claim.id for claim in read.claims], read.version, position
    )
    await connection.executemany(
        _SQL["insert_claim"],
        [
            (claim.id, position, article, read.version, ordinal, *_columns(claim))
            for ordinal, claim in enumerate(read.claims)
        ],
    )


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


async def _resolve(connection: Connection, position: int, resolutions: Collection[Resolution]) -> None:
    await connection.execute(_SQL["close_resolutions"], [each.claim for each in resolutions], position)
    await connection.executemany(
        _SQL["insert_resolution"],
        [
            (each.claim, position, each.person, each.post, each.organization, each.basis)
            for each in resolutions
        ],
    )


async def _decide(connection: Connection, recorded: Recorded, decisions: Collection[Decision]) -> None:
    await connection.execute(_SQL["close_decisions"], [each.claim for each in decisions], recorded.position)
    await connection.executemany(
        _SQL["insert_decision"],
        [
            (
                *(each.claim, recorded.position, each.state, each.checked_by, each.rule, recorded.actor),
                bytes.fromhex(each.note.hash) if each.note else None,
            )
            for each in decisions
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
