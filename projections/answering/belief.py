"""What changed in our belief about a post between two positions of the log, and because of which articles."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import asyncpg

from events.catalogue import PubStatus
from events.ids import category_of
from events.queries import queries
from projections.answering.answers import Tenure
from projections.answering.quoting import post_summary
from projections.answering.tenures import tenures
from projections.changes import diff
from projections.connection import Source
from projections.fold.predecessor import predecessors
from projections.model import ChangeKind, PostSettings, PostSummary, Value
from projections.rows import stored
from projections.settings import settings_of

MOST_CHANGES = 1_000

_HERE = Path(__file__).parent.parent / "sql"
_SQL = queries(_HERE / "editing.sql")
_POST = queries(_HERE / "holders.sql")["post"]
_MEMBERSHIPS = queries(_HERE / "memberships.sql")["memberships_of_posts"]


class ArticleSummary(Value, frozen=True, kw_only=True):
    """An article as anyone may see it."""

    id: str
    uri: str
    version: int
    publisher: str
    published: str | None
    pubstatus: PubStatus


class Because(Value, frozen=True, kw_only=True):
    """A Change in between: what it was, whose doing, and the article that led to it (None: an editor's act, a day)."""

    change: str
    kind: ChangeKind
    current_changed: bool
    event: str  # its type
    actor: str
    recorded_at: datetime
    article: ArticleSummary | None


class BeliefDiff(Value, frozen=True, kw_only=True):
    """The memberships and settings that differ, as believed at the one position and at the other, and why."""

    post: PostSummary
    from_position: int
    to_position: int
    before: tuple[Tenure, ...]
    after: tuple[Tenure, ...]
    settings_before: PostSettings | None  # None: the post was not known, or they are the same
    settings_after: PostSettings | None
    because: tuple[Because, ...]
    complete: bool  # all Changes in between are here


async def belief_diff(pool: asyncpg.Pool, post: str, before: int, after: int) -> BeliefDiff | None:
    """What differs between two positions, the earlier one first; None where the post was unknown at the later."""
    then, now = await pool.fetchrow(_POST, post, before), await pool.fetchrow(_POST, post, after)
    if now is None:
        return None
    rows = [await pool.fetch(_MEMBERSHIPS, [post], position) for position in (before, after)]
    held = [[stored(row).membership for row in each] for each in rows]
    moved = diff(*held)
    names = {row["person"]: row["name"] for each in rows for row in each}
    settings = [settings_of(row) if row is not None else None for row in (then, now)]
    changes = await pool.fetch(_SQL["changes_between"], post, before, after, MOST_CHANGES + 1)
    return BeliefDiff(
        post=post_summary(now),
        from_position=before,
        to_position=after,
        before=await tenures(pool, moved.before, names, before, predecessors(held[0])),
        after=await tenures(pool, moved.after, names, after, predecessors(held[1])),
        settings_before=settings[0] if settings[0] != settings[1] else None,
        settings_after=settings[1] if settings[0] != settings[1] else None,
        because=await _because(pool, changes[:MOST_CHANGES]),
        complete=len(changes) <= MOST_CHANGES,
    )


async def article_summaries(source: Source, articles: Sequence[str]) -> dict[str, ArticleSummary]:
    """Those of the articles that anyone may see, in the newest version of which that is so."""
    rows = await source.fetch(_SQL["public_articles"], list(articles))
    return {row["id"]: ArticleSummary(**dict(row)) for row in rows}


async def _because(source: Source, changes: Sequence[asyncpg.Record]) -> tuple[Because, ...]:
    streams = sorted({row["stream"] for row in changes if category_of(row["stream"]) == "article"})
    articles = await article_summaries(source, streams)
    return tuple(
        Because(
            change=f"{row['position']}.{row['ordinal']}",
            kind=row["kind"],
            current_changed=row["current_changed"],
            event=row["type"],
            actor=row["actor"],
            recorded_at=row["recorded_at"],
            article=articles.get(row["stream"]),
        )
        for row in changes
    )
