"""`incumbent import`: lists of who holds what, from elsewhere."""

import getpass
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from events.catalogue import BrokenRecord
from events.envelope import LogError
from events.log import Log
from events.sources.popolo import read_popolo
from events.sources.records import SourceFile, UnreadableFile
from events.sources.table import FIELDS, read_table
from service.cli.database import data_option, database_url, on_log
from service.importing import BrokenFile, Imported, ViewsBehind, declare, import_file

F = TypeVar("F", bound=Callable[..., Any])
_SHOWN = 20  # broken rows


@click.group("import")
def imports() -> None:
    """Lists of who holds what: each is a source with its own publisher. Imported again, only what changed counts."""


def _declaring(command: F) -> F:
    """What every import declares."""
    options = (
        click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
        click.option("--publisher", required=True, help="Whose list it is; its own source."),
        click.option(
            "--missing-end",
            type=click.Choice(("current", "unknown")),
            default="unknown",
            show_default=True,
            help="What it means that a row gives no end.",
        ),
        click.option(
            "--as-of", default=None, metavar="DATE", help="The day for which it speaks.  [default: today]"
        ),
        click.option("--keep-going", is_flag=True, help="Leave broken rows out, and report them."),
        data_option,
    )
    for option in reversed(options):
        command = option(command)
    return command


@imports.command("popolo")
@_declaring
def popolo(file: Path, **declared: Any) -> None:
    """A Popolo JSON file. Its ends are inclusive."""
    _import(_read(file, read_popolo), **declared)


@imports.command("csv")
@click.option(
    "--map",
    "columns",
    required=True,
    multiple=True,
    metavar="FIELD=COLUMN,...",
    help=f"Which column is what. Fields: {', '.join(FIELDS)}.",
)
@_declaring
def table(file: Path, columns: tuple[str, ...], **declared: Any) -> None:
    """A CSV file with a header, a row a holding. Its ends are the first day no longer held."""
    pairs = [pair.partition("=") for given in columns for pair in given.split(",")]
    if wrong := [field for field, sign, column in pairs if not (field and sign and column)]:
        raise click.UsageError(f"--map takes FIELD=COLUMN, comma separated, not {wrong[0]!r}")
    named = {field.strip(): column.strip() for field, _, column in pairs}
    _import(_read(file, lambda content: read_table(content, named)), **declared)


def _read(file: Path, read: Callable[[bytes], SourceFile]) -> SourceFile:
    try:
        return read(file.read_bytes())
    except (UnreadableFile, OSError) as error:
        raise click.ClickException(f"{file}: {error}") from None


def _import(
    file: SourceFile,
    *,
    publisher: str,
    missing_end: str,
    as_of: str | None,
    keep_going: bool,
    data: Path | None,
) -> None:
    try:
        day = date.fromisoformat(as_of) if as_of else datetime.now(UTC).date()
        declared = declare(publisher, missing_end=missing_end, as_of=day)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    console = Console(stderr=True)

    async def act(log: Log, pool: asyncpg.Pool) -> Imported:
        columns = (TextColumn("importing"), BarColumn(), MofNCompleteColumn(), TextColumn("records"))
        with Progress(*columns, console=console) as bar:
            task = bar.add_task("import", total=None)
            return await import_file(
                log,
                pool,
                file,
                publisher=publisher,
                declared=declared,
                actor=f"operator {getpass.getuser()}",
                keep_going=keep_going,
                progress=lambda done, of: bar.update(task, completed=done, total=of),
            )

    try:
        done = on_log(database_url(data), act)
    except BrokenFile as broken:
        _report(broken.broken)
        raise click.ClickException(f"{broken}; repair them, or leave them out with --keep-going") from None
    except (ViewsBehind, LogError) as error:
        raise click.ClickException(str(error)) from None
    _report(done.broken)
    if not done.position:
        click.echo(f"{done.source}: nothing is new")
        return
    click.echo(
        f"{done.source}: {done.stated} claims stated, {done.withdrawn} withdrawn, {done.attested} said again,"
        f" {done.entities} new names, {len(done.broken)} rows left out; position {done.position}"
    )


def _report(broken: Sequence[BrokenRecord]) -> None:
    for row in broken[:_SHOWN]:
        click.echo(f"line {row.line}: {row.why}", err=True)
    if len(broken) > _SHOWN:
        click.echo(f"and {len(broken) - _SHOWN} more", err=True)
