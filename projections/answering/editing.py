"""What editors look at: the review queue, a claim with its chain of corrections, a post's settings."""

from collections.abc import Sequence
from pathlib import Path

import asyncpg
import msgspec

from events.queries import queries
from projections.answering.quoting import quoted_claims
from projections.model import PostSettings, QuotedClaim, Value
from projections.rows import NOW
from projections.settings import settings_of

_SQL = queries(Path(__file__).parent.parent / "sql" / "editing.sql")


class Placed(msgspec.Struct, frozen=True):
    """Where a claim stands in the log, and what it means now."""

    stream: str
    article: str | None
    said_on: str | None
    person: str | None
    post: str | None
    organization: str | None


class ClaimAnswer(Value, frozen=True, kw_only=True):
    """A claim and its chain: what it corrects and what corrects it, the first one first, itself among them."""

    claim: QuotedClaim
    chain: tuple[QuotedClaim, ...]


class SettingsAnswer(Value, frozen=True, kw_only=True):
    """How a post is set, and the position of the event that set it so (for `seen`)."""

    settings: PostSettings
    position: int


async def claim_of(pool: asyncpg.Pool, claim: str) -> ClaimAnswer | None:
    """The claim as it stands now, with its chain; None where there is none of that id."""
    rows = await pool.fetch(_SQL["chain_of_claim"], claim)
    chain = await _claims(pool, [row["id"] for row in rows])
    own = next((each for each in chain if each.id == claim), None)
    return ClaimAnswer(claim=own, chain=tuple(chain)) if own else None


async def placed(pool: asyncpg.Pool, claims: Sequence[str]) -> dict[str, Placed]:
    """Where some claims stand; those that nobody ever made are left out."""
    return {
        row["id"]: Placed(*(row[name] for name in Placed.__struct_fields__))
        for row in await pool.fetch(_SQL["place_of_claims"], list(claims))
    }


async def named(pool: asyncpg.Pool, ids: Sequence[str]) -> dict[str, str]:
    """What persons, posts and organizations are called; unknown ids are left out."""
    return {row["id"]: row["name"] for row in await pool.fetch(_SQL["named"], list(ids))}


async def settings_answer(pool: asyncpg.Pool, post: str) -> SettingsAnswer | None:
    """How the post is set now; None where there is no such post."""
    row = await pool.fetchrow(_SQL["setting"], post)
    return SettingsAnswer(settings=settings_of(row), position=row["from_position"]) if row else None


async def _claims(pool: asyncpg.Pool, ids: Sequence[str]) -> list[QuotedClaim]:
    return [
        claim for each in await quoted_claims(pool, [[id_] for id_ in ids], NOW, most=1) for claim in each
    ]
