"""A post's settings: what an event makes of them (pure), and their rows, each with the positions for which it held."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import asyncpg
import msgspec
from msgspec.structs import replace

from events.catalogue import Event, PostConfigured, PostOpened, PostVacancyDeclared, PostVacancyWithdrawn
from events.envelope import Recorded
from events.queries import queries
from projections.connection import Connection, write
from projections.model import PostSettings

_SQL = queries(Path(__file__).parent / "sql" / "registry.sql")


def after(event: Event, before: PostSettings) -> PostSettings:
    """The settings after an event on the post's stream; the same where it is not about them."""
    match event:
        case PostConfigured():
            return _configured(event, before)
        case PostVacancyDeclared(since=since):
            return replace(before, vacancies=tuple(sorted({*before.vacancies, date.fromisoformat(since)})))
        case PostVacancyWithdrawn(since=since):
            left = tuple(day for day in before.vacancies if day != date.fromisoformat(since))
            return replace(before, vacancies=left)
        case _:
            return before


async def open_posts(connection: Connection, several: Sequence[Recorded]) -> None:
    """Writes the settings with which posts begin; other events write nothing."""
    opened = [
        (each.position, opened_with(each.stream, each.event))
        for each in several
        if isinstance(each.event, PostOpened)
    ]
    await write(
        connection,
        _SQL["open_settings"],
        [(each.post, position, each.seats, each.seats_basis, each.fresh_for) for position, each in opened],
    )


async def record_settings(connection: Connection, recorded: Recorded) -> None:
    """Writes what an event sets of its post, which is open; any other event writes nothing."""
    post, position = recorded.stream, recorded.position
    match recorded.event:
        case PostConfigured() | PostVacancyDeclared() | PostVacancyWithdrawn():
            row = await connection.fetchrow(_SQL["setting"], post)
            if row is None or (settings := after(recorded.event, settings_of(row))) == settings_of(row):
                return
            await connection.execute(_SQL["close_setting"], post, position)
            await _insert(connection, position, settings)
            await connection.execute(
                _SQL["set_post"],
                *(post, settings.seats, settings.seats_basis, settings.fresh_for, settings.declared_complete),
            )
        case _:
            return


def opened_with(post: str, opened: PostOpened) -> PostSettings:
    """The settings with which a post begins."""
    return PostSettings(
        post=post, seats=opened.seats, seats_basis=opened.seats_basis, fresh_for=opened.fresh_for
    )


def settings_of(row: asyncpg.Record) -> PostSettings:
    """The settings of a row that joins post_setting."""
    return PostSettings(
        post=row["id"],
        seats=row["seats"],
        seats_basis=row["seats_basis"],
        fresh_for=row["fresh_for"],
        declared_complete=row["declared_complete"],
        completeness=tuple(zip(row["complete_from"], row["complete_is"], strict=True)),
        vacancies=tuple(row["vacant_from"]),
    )


def _configured(event: PostConfigured, before: PostSettings) -> PostSettings:
    settings = before
    if not isinstance(event.seats, msgspec.UnsetType):
        settings = replace(settings, seats=event.seats, seats_basis=event.seats_basis)
    if not isinstance(event.fresh_for, msgspec.UnsetType):
        settings = replace(settings, fresh_for=event.fresh_for)
    if isinstance(event.complete, msgspec.UnsetType):
        return settings
    if event.complete_from is None:
        return replace(settings, declared_complete=event.complete, completeness=())
    said = {**dict(settings.completeness), date.fromisoformat(event.complete_from): event.complete}
    return replace(settings, completeness=tuple(sorted(said.items())))


async def _insert(connection: Connection, position: int, settings: PostSettings) -> None:
    await connection.execute(
        _SQL["insert_setting"],
        *(settings.post, position, settings.seats, settings.seats_basis, settings.fresh_for),
        settings.declared_complete,
        [day for day, _ in settings.completeness],
        [complete for _, complete in settings.completeness],
        list(settings.vacancies),
    )
