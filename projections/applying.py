"""Events, applied: rows of the registry and of claims, then every post that they may move, each with its Change."""

from collections.abc import AsyncIterable, AsyncIterator, Sequence
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
from projections.claims import Counted, counted, meant_posts, record_claims
from projections.connection import Connection, write
from projections.days import clock_of, today
from projections.fold.rules import rules_of
from projections.folding import Fold, Told, known_post, known_posts, membership_ids, refold, turn_day
from projections.identity import record_identity
from projections.model import Change, PostSettings
from projections.redaction import withhold
from projections.registry import register
from projections.settings import open_posts, record_settings
from projections.sources import record_source
from projections.state import State
from projections.waves import claims_of, waves

_POSTS = 200  # folded together: bounds the memory that an import takes
CHANGES_CHANNEL = "incumbent_changes"

_SQL = queries(Path(__file__).parent / "sql" / "projector.sql")
_encoder = msgspec.json.Encoder(enc_hook=to_builtin, order="deterministic")


async def apply(
    connection: Connection, events: Sequence[Recorded], state: State, *, quietly: bool = False
) -> State:
    """Brings the views from just before the events to just after them, within the caller's transaction.

    `state` is that before the events; gives it as it is after. `quietly`: nobody is woken, for what is told is told
    again. Raises UnknownRules.
    """
    named = [claim for recorded in events for claim in claims_of(recorded.event)] if len(events) > 1 else []
    meant = await meant_posts(connection, named) if named else []
    for several in waves(events, meant):
        match several[0].event:
            case DayTurned() as turned:
                state = await _turn(connection, several[0], turned, state, quietly)
            case FoldReleased() as released:
                state = await _release(connection, several[0], released, state, quietly)
            case ContentRedacted():
                await withhold(connection, several[0])
            case _:
                await _together(connection, several, state, quietly)
    return state


async def _together(connection: Connection, several: Sequence[Recorded], state: State, quietly: bool) -> None:
    """Events that touch nothing in common."""
    touched: dict[tuple[int, str], Counted | None] = {}  # by event and post
    settings_before: dict[int, PostSettings] = {}
    concerned = await record_claims(connection, several)
    await register(connection, several)
    await open_posts(connection, several)
    for recorded in several:
        is_setting = isinstance(recorded.event, PostConfigured | PostVacancyDeclared | PostVacancyWithdrawn)
        if is_setting and (met := await known_post(connection, recorded.stream)) is not None:
            settings_before[recorded.position] = met.settings
        await record_settings(connection, recorded)
        moved = [*await record_source(connection, recorded), *await record_identity(connection, recorded)]
        concerned += [(recorded.position, claim) for claim in moved]
        if is_setting or isinstance(recorded.event, PostOpened):
            touched[recorded.position, recorded.stream] = None
    if concerned:
        for position, posts in (await counted(connection, concerned)).items():
            for post, each in posts.items():
                touched.setdefault((position, post), each)
    if not touched:
        return
    known = await known_posts(connection, sorted({post for _, post in touched}))
    by_position = {recorded.position: recorded for recorded in several}
    ids = {position: membership_ids(position) for position in by_position}
    places = sorted(place for place in touched if place[1] in known)
    told: list[Told] = []
    for start in range(0, len(places), _POSTS):
        some = places[start : start + _POSTS]
        await write(connection, _SQL["touch"], [(post, position) for position, post in some])
        folds = [
            Fold(
                by_position[position],
                known[post],
                today(known[post].zone, state.days, by_position[position].recorded_at),
                state.rules,
                touched[position, post],
                settings_before.get(position),
            )
            for position, post in some
        ]
        told.extend(await refold(connection, folds, ids))
    await _tell(connection, told, quietly)


async def _turn(
    connection: Connection, recorded: Recorded, turned: DayTurned, state: State, quietly: bool
) -> State:
    """A day has begun in a zone: posts whose answer changes by itself tell so."""
    day = date.fromisoformat(turned.day)
    await connection.execute(_SQL["insert_day"], turned.zone, day, recorded.position)
    if turned.zone in state.days and day <= state.days[turned.zone]:
        return state  # told late: that day has turned already
    later = State({**state.days, turned.zone: day}, state.rules)
    told: list[Told] = []
    for row in await connection.fetch(_SQL["due"], day):
        if clock_of(row["zone"], later.days) != turned.zone:
            continue
        known = await known_post(connection, row["post"])
        assert known is not None
        before = today(known.zone, state.days, recorded.recorded_at)
        if content := await turn_day(connection, Fold(recorded, known, day, state.rules), before):
            await write(connection, _SQL["touch"], [(known.id, recorded.position)])
            told.append(Told(recorded, known.id, content))
    await _tell(connection, told, quietly)
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
    ids, told = {recorded.position: membership_ids(recorded.position)}, 0
    posts = connection.cursor(_SQL["every_post"], prefetch=_POSTS)
    async for several in _batches(posts):
        known = await known_posts(connection, several)
        await write(connection, _SQL["touch"], [(post, recorded.position) for post in several])
        folds = [
            Fold(
                recorded,
                known[post],
                today(known[post].zone, state.days, recorded.recorded_at),
                rules,
                rules_before=state.rules,
            )
            for post in several
        ]
        found = await refold(connection, folds, ids)
        await _tell(connection, found, quietly, after=told)
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


async def _tell(connection: Connection, told: Sequence[Told], quietly: bool, after: int = 0) -> None:
    """Stores Changes, each event's in the order of its posts, behind `after` others; wakes whoever waits for them."""
    rows = []
    ordinals: dict[int, int] = {}
    for each in told:
        position, content = each.recorded.position, each.content
        ordinals[position] = ordinal = ordinals.get(position, after) + 1
        body = Change(
            id=f"{position}.{ordinal}",
            post=each.post,
            kind=content.kind,
            current_changed=content.current_changed,
            effective=content.effective,
            before=content.before,
            after=content.after,
            cause=str(each.recorded.id),
            recorded_at=each.recorded.recorded_at.isoformat().replace("+00:00", "Z"),
        )
        effective = content.effective.earliest if content.effective else None
        rows.append(
            (
                *(position, ordinal, each.post, content.kind, content.current_changed, effective),
                _encoder.encode(body),
            )
        )
    await write(connection, _SQL["insert_change"], rows)
    if rows and not quietly:
        await connection.executemany(
            _SQL["notify"], [(CHANGES_CHANNEL, str(position)) for position in ordinals]
        )
