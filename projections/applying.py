"""One event, applied: rows of the registry and of claims, then every post that it may move, each with its Change."""

from collections.abc import AsyncIterable, AsyncIterator
from datetime import date
from pathlib import Path

import asyncpg
import msgspec

from events.catalogue import (
    ContentRedacted,
    DayTurned,
    FoldReleased,
    PostConfigured,
    PostOpened,
    PostVacancyDeclared,
    PostVacancyWithdrawn,
    to_builtin,
)
from events.envelope import Recorded
from events.queries import queries
from projections.changes import ChangeContent
from projections.claims import Counted, counted, record_claims
from projections.connection import Connection
from projections.days import clock_of, today
from projections.fold.rules import rules_of
from projections.folding import Fold, known_post, known_posts, membership_ids, refold, turn_day
from projections.model import Change
from projections.redaction import withhold
from projections.registry import register
from projections.settings import record_settings
from projections.sources import record_source
from projections.state import State

_POSTS = 200  # folded together: bounds the memory that an import takes
CHANGES_CHANNEL = "incumbent_changes"

_SQL = queries(Path(__file__).parent / "sql" / "projector.sql")
_encoder = msgspec.json.Encoder(enc_hook=to_builtin, order="deterministic")


async def apply(connection: Connection, recorded: Recorded, state: State, *, quietly: bool = False) -> State:
    """Brings the views from just before the event to just after it, within the caller's transaction.

    `state` is that before the event; gives it as it is after. `quietly`: nobody is woken, for what is told is told
    again. Raises UnknownRules.
    """
    if isinstance(recorded.event, DayTurned):
        return await _turn(connection, recorded, recorded.event, state, quietly)
    if isinstance(recorded.event, FoldReleased):
        return await _release(connection, recorded, recorded.event, state, quietly)
    if isinstance(recorded.event, ContentRedacted):
        await withhold(connection, recorded)
        return state
    is_setting = isinstance(recorded.event, PostConfigured | PostVacancyDeclared | PostVacancyWithdrawn)
    met = await known_post(connection, recorded.stream) if is_setting else None
    await register(connection, recorded)
    await record_settings(connection, recorded)
    claims = [*await record_claims(connection, recorded), *await record_source(connection, recorded)]
    touched: dict[str, Counted | None] = {}
    if claims:
        touched.update(await counted(connection, claims, recorded.position))
    if is_setting or isinstance(recorded.event, PostOpened):
        touched[recorded.stream] = None
    ids = membership_ids(recorded.position)
    told: list[tuple[str, ChangeContent]] = []
    known = await known_posts(connection, sorted(touched)) if touched else {}
    for start in range(0, len(known), _POSTS):
        posts = sorted(known)[start : start + _POSTS]
        await connection.executemany(_SQL["touch"], [(post, recorded.position) for post in posts])
        folds = [
            Fold(
                known[post],
                today(known[post].zone, state.days, recorded.recorded_at),
                state.rules,
                touched[post],
                met.settings if met is not None else known[post].settings,
            )
            for post in posts
        ]
        told.extend(await refold(connection, folds, recorded, ids))
    await _tell(connection, recorded, told, quietly)
    return state


async def _turn(
    connection: Connection, recorded: Recorded, turned: DayTurned, state: State, quietly: bool
) -> State:
    """A day has begun in a zone: posts whose answer changes by itself tell so."""
    day = date.fromisoformat(turned.day)
    await connection.execute(_SQL["insert_day"], turned.zone, day, recorded.position)
    if turned.zone in state.days and day <= state.days[turned.zone]:
        return state  # told late: that day has turned already
    later = State({**state.days, turned.zone: day}, state.rules)
    told: list[tuple[str, ChangeContent]] = []
    for row in await connection.fetch(_SQL["due"], day):
        if clock_of(row["zone"], later.days) != turned.zone:
            continue
        known = await known_post(connection, row["post"])
        assert known is not None
        before = today(known.zone, state.days, recorded.recorded_at)
        if content := await turn_day(connection, Fold(known, day, state.rules), before, recorded):
            await connection.execute(_SQL["touch"], known.settings.post, recorded.position)
            told.append((known.settings.post, content))
    await _tell(connection, recorded, told, quietly)
    return later


async def _release(
    connection: Connection, recorded: Recorded, released: FoldReleased, state: State, quietly: bool
) -> State:
    """Every post is folded by the version from here on, in the order in which they were opened.

    That order is the log's own, so that a replay on any database gives the same ids. Rows open and Changes are told
    where something differs; the posts pass by in bounded memory.
    """
    rules = rules_of(released.version)
    await connection.execute(_SQL["insert_release"], recorded.position, rules.version)
    ids, told = membership_ids(recorded.position), 0
    posts = connection.cursor(_SQL["every_post"], prefetch=_POSTS)
    async for several in _batches(posts):
        known = await known_posts(connection, several)
        await connection.executemany(_SQL["touch"], [(post, recorded.position) for post in several])
        folds = [
            Fold(
                known[post],
                today(known[post].zone, state.days, recorded.recorded_at),
                rules,
                rules_before=state.rules,
            )
            for post in several
        ]
        found = await refold(connection, folds, recorded, ids)
        await _tell(connection, recorded, found, quietly, after=told)
        told += len(found)
    return State(state.days, rules)


async def _batches(rows: AsyncIterable[asyncpg.Record]) -> AsyncIterator[list[str]]:
    batch: list[str] = []
    async for row in rows:
        batch.append(row["id"])
        if len(batch) == _POSTS:
            yield batch
            batch = []
    if batch:
        yield batch


async def _tell(
    connection: Connection,
    recorded: Recorded,
    told: list[tuple[str, ChangeContent]],
    quietly: bool,
    after: int = 0,
) -> None:
    """Stores Changes of an event, in the order of its posts, behind `after` others; wakes whoever waits for them."""
    rows = []
    for ordinal, (post, content) in enumerate(told, start=after + 1):
        body = Change(
            id=f"{recorded.position}.{ordinal}",
            post=post,
            kind=content.kind,
            current_changed=content.current_changed,
            effective=content.effective,
            before=content.before,
            after=content.after,
            cause=str(recorded.id),
            recorded_at=recorded.recorded_at.isoformat().replace("+00:00", "Z"),
        )
        effective = content.effective.earliest if content.effective else None
        rows.append(
            (
                *(recorded.position, ordinal, post, content.kind, content.current_changed, effective),
                _encoder.encode(body),
            )
        )
    if told:
        await connection.executemany(_SQL["insert_change"], rows)
    if told and not quietly:
        await connection.execute(_SQL["notify"], CHANGES_CHANNEL, str(recorded.position))
