"""What changed in our belief about a post between two positions of the log, and because of which articles."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import asyncpg

from events.catalogue import (
    AnyEvent,
    ClaimsDecided,
    ClaimsStated,
    ContentRef,
    PersonMerged,
    PersonSplit,
    PostConfigured,
    PostSettled,
    PostVacancyDeclared,
    PostVacancyWithdrawn,
    PubStatus,
)
from events.ids import category_of
from events.queries import queries
from events.upcast import stored_event
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
_POSTS = queries(_HERE / "holders.sql")["posts"]
_MEMBERSHIPS = queries(_HERE / "memberships.sql")["memberships_of_posts"]


class ArticleSummary(Value, frozen=True, kw_only=True):
    """An article as anyone may see it."""

    id: str
    uri: str
    version: int
    publisher: str
    published: str | None
    pubstatus: PubStatus


class ImportSummary(Value, frozen=True, kw_only=True):
    """An import of a source's list."""

    source: str
    publisher: str
    publisher_name: str | None
    as_of: str  # the day for which the list speaks


class EditorsAct(Value, frozen=True, kw_only=True):
    """What an editor did, and why."""

    by: str
    reason: str | None  # None: redacted


class Because(Value, frozen=True, kw_only=True):
    """A Change in between: what it was, whose doing, and what led to it.

    That is an article, an import or an editor's act, on the claim of an article, perhaps; where all three are None, a
    day that turned, or another fold.
    """

    change: str
    kind: ChangeKind
    current_changed: bool
    event: str  # its type
    actor: str
    recorded_at: datetime
    article: ArticleSummary | None
    imported: ImportSummary | None
    editor: EditorsAct | None


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
    then, now = [await pool.fetchrow(_POSTS, [post], [at]) for at in (before, after)]
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
    events = [
        stored_event(row["position"], row["type"], row["schema_version"], row["payload"]) for row in changes
    ]
    notes = [_note_of(event) for event in events]
    asked = [bytes.fromhex(note.hash) for note in notes if note is not None]
    words = (
        {row["hash"].hex(): row["note"] for row in await source.fetch(_SQL["notes"], asked)} if asked else {}
    )
    return tuple(
        Because(
            change=f"{row['position']}.{row['ordinal']}",
            kind=row["kind"],
            current_changed=row["current_changed"],
            event=row["type"],
            actor=row["actor"],
            recorded_at=row["recorded_at"],
            article=articles.get(row["stream"]),
            imported=_import(row, event),
            editor=EditorsAct(by=row["actor"], reason=words.get(note.hash)) if note is not None else None,
        )
        for row, event, note in zip(changes, events, notes, strict=True)
    )


def _note_of(event: AnyEvent) -> ContentRef | None:
    """The reason of an editor's act; None where the event is none."""
    match event:
        case ClaimsDecided(decisions=decisions) | PostSettled(decisions=decisions):
            return next((each.note for each in decisions if each.note is not None), None)
        case PostConfigured(note=note) | PostVacancyDeclared(note=note) | PostVacancyWithdrawn(note=note):
            return note
        case PersonMerged(note=note) | PersonSplit(note=note):
            return note
        case _:
            return None


def _import(row: asyncpg.Record, event: AnyEvent) -> ImportSummary | None:
    if not isinstance(event, ClaimsStated):
        return None
    return ImportSummary(
        source=row["source"],
        publisher=row["publisher"],
        publisher_name=row["publisher_name"],
        as_of=event.as_of,
    )
