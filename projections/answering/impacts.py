"""The articles that an article, or a Change, leaves saying what the view no longer holds."""

from collections.abc import Collection, Sequence
from pathlib import Path

import asyncpg
import msgspec

from events.catalogue import from_builtin
from events.queries import queries
from projections.answering.belief import ArticleSummary, article_summaries
from projections.answering.quoting import quoted_claims
from projections.claims import day_published
from projections.days import known_days, today
from projections.impact import Affected, Statement, Trouble, impact
from projections.model import Change, Endpoint, QuotedClaim, Value
from projections.rows import NOW, stored

MOST_AFFECTED = 200  # claims told; `total` says how many there are

_HERE = Path(__file__).parent.parent / "sql"
_SQL = queries(_HERE / "editing.sql")
_ZONES = queries(_HERE / "register.sql")["zones"]
_MEMBERSHIPS = queries(_HERE / "memberships.sql")["memberships_of_posts"]
_changes = msgspec.json.Decoder(Change, dec_hook=from_builtin)


class AffectedClaim(Value, frozen=True, kw_only=True):
    """A claim that the view no longer holds, the article that makes it (None: an editor's), and why."""

    trouble: Trouble
    claim: QuotedClaim
    article: ArticleSummary | None
    ended: Endpoint | None  # dated: when the holding that it tells of ended
    killed: tuple[str, ...]  # unsound: the articles that it rested on


class Impact(Value, frozen=True, kw_only=True):
    """What is to be corrected, as known now: unsound first, then corrected, then dated."""

    affected: tuple[AffectedClaim, ...]
    total: int


async def impact_of_article(pool: asyncpg.Pool, article: str) -> Impact:
    """What stored articles, this one among them, say of the posts that it speaks of, and is not so any more."""
    posts = [row["post"] for row in await pool.fetch(_SQL["posts_of_article"], article)]
    return await _impact(pool, posts, None)


async def impact_of_change(pool: asyncpg.Pool, position: int, ordinal: int) -> Impact | None:
    """The same of the persons whom a Change is about; None where there is no such Change."""
    body = await pool.fetchval(_SQL["change"], position, ordinal)
    if body is None:
        return None
    change = _changes.decode(body)
    persons = {each.person for each in (*change.before, *change.after)}
    return await _impact(pool, [change.post], persons)


async def _impact(pool: asyncpg.Pool, posts: Sequence[str], persons: Collection[str] | None) -> Impact:
    zones = {row["id"]: row for row in await pool.fetch(_ZONES, list(posts))}
    rows = await pool.fetch(_SQL["statements_of_posts"], list(posts))
    held = [stored(row).membership for row in await pool.fetch(_MEMBERSHIPS, list(posts), NOW)]
    now = await pool.fetchval("SELECT now()")
    found: list[Affected] = []
    for post in posts:
        zone = zones[post]["zone"]
        statements = [_statement(row, zone) for row in rows if row["post"] == post]
        own = [each for each in held if each.post == post]
        day = today(zone, known_days(zones[post]), now)
        told = {each.claim for each in statements if persons is None or each.person in persons}
        found += [each for each in impact(statements, own, day) if each.claim in told]
    shown = found[:MOST_AFFECTED]
    quoted = await quoted_claims(pool, [[each.claim] for each in shown], NOW, most=1)
    articles = await article_summaries(pool, sorted({each.article for each in shown if each.article}))
    return Impact(
        affected=tuple(
            AffectedClaim(
                trouble=each.trouble,
                claim=claims[0],
                article=articles.get(each.article or ""),
                ended=each.membership.end if each.membership else None,
                killed=each.killed,
            )
            for each, claims in zip(shown, quoted, strict=True)
        ),
        total=len(found),
    )


def _statement(row: asyncpg.Record, zone: str) -> Statement:
    same = {name: row[name] for name in Statement.__struct_fields__ if name != "published"}
    return Statement(**same, published=day_published(row["published"], zone))
