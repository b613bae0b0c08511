"""`incumbent export`: the views as files, as they are or as they were known."""

import sqlite3
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import click

from events.log import Log
from projections.exporting.popolo import popolo
from projections.exporting.quickstatements import quickstatements
from projections.exporting.snapshot import NotKnownYet, Snapshot, snapshot
from projections.exporting.sqlite import sqlite
from projections.exporting.table import table
from service.cli.database import data_option, database_url, on_log

F = TypeVar("F", bound=Callable[..., Any])


@click.group("export")
def exports() -> None:
    """Who holds what as a file; as known at any moment."""


def _asking(command: F) -> F:
    options = (
        click.option("--known-at", default=None, metavar="INSTANT", help="As it was known then (RFC 3339)."),
        click.option(
            "--at-position", default=None, type=int, metavar="N", help="As known at a position of the log."
        ),
        click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), default=None),
        data_option,
    )
    for option in reversed(options):
        command = option(command)
    return command


@exports.command("popolo")
@_asking
def export_popolo(output: Path | None, **asked: Any) -> None:
    """Popolo JSON, with whatever imported records hold beside the model."""
    _write(output, popolo(_snapshot(**asked)))


@exports.command("csv")
@_asking
def export_csv(output: Path | None, **asked: Any) -> None:
    """A row a membership."""
    _write(output, table(_snapshot(**asked)))


@exports.command("sqlite")
@_asking
def export_sqlite(output: Path | None, **asked: Any) -> None:
    """A SQLite database, for Datasette and others."""
    if output is None:
        raise click.UsageError("name the file with -o FILE")
    try:
        sqlite(_snapshot(**asked), output)
    except (OSError, sqlite3.Error) as error:
        raise click.ClickException(f"{output}: {error}") from None


@exports.command("quickstatements")
@_asking
def export_quickstatements(output: Path | None, **asked: Any) -> None:
    """What Wikidata may be told, with references."""
    told = quickstatements(_snapshot(**asked))
    _write(output, told.text.encode())
    click.echo(
        f"{told.told} statements; {told.left_out} memberships left out, whose person or post Wikidata does not know"
        " or that nothing on the web stands behind",
        err=True,
    )


def _snapshot(known_at: str | None, at_position: int | None, data: Path | None) -> Snapshot:
    if known_at is not None and at_position is not None:
        raise click.UsageError("give --known-at or --at-position, not both")
    instant = _instant(known_at) if known_at is not None else None

    async def act(log: Log, pool: asyncpg.Pool) -> Snapshot:
        position = await log.position_at(instant) if instant is not None else at_position
        return await snapshot(pool, position)

    try:
        return on_log(database_url(data), act)
    except NotKnownYet as error:
        raise click.ClickException(str(error)) from None


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise click.UsageError(
            f"--known-at takes an RFC 3339 instant such as 2026-11-24T12:00:00Z, not {text!r}"
        )
    return instant


def _write(output: Path | None, content: bytes) -> None:
    if output is None:
        sys.stdout.buffer.write(content)
        return
    try:
        output.write_bytes(content)
    except OSError as error:
        raise click.ClickException(f"{output}: {error.strerror}") from None
