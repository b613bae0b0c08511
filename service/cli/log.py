"""`incumbent log`: acts of the operator on the log itself."""

import asyncio
import getpass
import os
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

import asyncpg
import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from events.cursor import Cursor
from events.envelope import LogError
from events.export import ExportError, export_log
from events.importing import Imported, import_log
from events.log import Log
from events.migrate import MigrationError, pending
from events.redaction import NothingToRedact, Redacted, redact
from service import embedded
from service.cli.database import admin_url, data_option, database_url, on_log, on_pool
from service.cli.migrate import apply
from service.redaction import CURSOR
from service.schema import migrations
from service.settings import default_data

T = TypeVar("T")

_PATIENCE = 15.0  # seconds for the service to take derived copies away


@click.group("log")
def log_commands() -> None:
    """The log: redact, export, import."""


@log_commands.command("redact")
@click.argument("stream", metavar="ARTICLE")
@click.option("--reason", required=True, help="Why; kept in the log. It must not repeat what is to go.")
@click.option(
    "--rewrite",
    is_flag=True,
    help="Rewrite the tables' files, free space included; nothing is read or taken in meanwhile.",
)
@data_option
def redact_texts(stream: str, reason: str, rewrite: bool, data: Path | None) -> None:
    """Deletes every text of ARTICLE for good: all versions, originals, editors' notes and corrections.

    What was read in it stays, without its words. Texts that stand with a post, a claim or a source are named by its id.
    """
    actor = f"operator {getpass.getuser()}"

    async def act(log: Log, pool: asyncpg.Pool) -> tuple[Redacted, bool]:
        done = await redact(log, pool, stream, reason=reason, actor=actor)
        return done, await _followed(pool, done.position)

    try:
        done, followed = on_log(database_url(data), act)
    except NothingToRedact as error:
        raise click.ClickException(str(error)) from None
    except LogError as error:
        raise click.ClickException(f"the log cannot be written: {error}") from None
    click.echo(f"{done.contents} texts of {done.stream} are gone; recorded at position {done.position}")
    if followed:
        click.echo("copies in caches and queues are gone too")
    else:
        click.echo("copies in caches and queues go as soon as the service runs")
    _vacuum(data, "VACUUM FULL" if rewrite else "VACUUM")


@log_commands.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@data_option
def export(file: Path, data: Path | None) -> None:
    """Writes the whole log to FILE: JSON lines in gzip. One that broke off goes on where it was."""
    url = database_url(data)
    with _bar() as bar:
        task = bar.add_task("events", total=None)
        try:
            header = on_pool(
                url,
                lambda pool: export_log(pool, file, lambda at, of: bar.update(task, completed=at, total=of)),
            )
        except ExportError as error:
            raise click.ClickException(str(error)) from None
    click.echo(f"{file}: {header.head} events, {file.stat().st_size} bytes, chain {header.chain.hex()}")


@log_commands.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@data_option
def import_(file: Path, data: Path | None) -> None:
    """Takes in a log that was exported, into an empty log or one that is its beginning.

    Every hash is computed again. One that broke off is simply started again.
    """
    with ExitStack() as stack:
        url = _migrated(data, stack)
        bar = stack.enter_context(_bar())
        task = bar.add_task("events", total=None)

        async def act(connection: asyncpg.Connection) -> Imported:
            return await import_log(connection, file, lambda at, of: bar.update(task, completed=at, total=of))

        try:
            done = asyncio.run(_connected(url, act))
        except ExportError as error:
            raise click.ClickException(str(error)) from None
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            raise click.ClickException(f"the database cannot be used: {error}") from None
    click.echo(f"{done.new} events are new; the log has {done.head}, chain {done.chain.hex()}")


async def _followed(pool: asyncpg.Pool, position: int) -> bool:
    """Waits until the service has carried the redaction through its rooms; False where it does not in time."""
    cursor, loop = Cursor(pool, CURSOR), asyncio.get_running_loop()
    give_up = loop.time() + _PATIENCE
    while await cursor.position() < position:
        if loop.time() > give_up:
            return False
        await asyncio.sleep(0.1)
    return True


def _vacuum(data: Path | None, command: str) -> None:
    """The rows' former versions go from the tables' files; that takes the owner of the tables."""
    statement = f"{command} content, webhook_attempt, idempotent_answer"
    try:
        url = admin_url(data)
    except click.ClickException:
        click.echo(f"run {statement} as their owner: until then the files still hold the words")
        return

    async def act(connection: asyncpg.Connection) -> None:
        await connection.execute(statement)

    try:
        asyncio.run(_connected(url, act))
    except (asyncpg.PostgresError, OSError) as error:
        raise click.ClickException(f"{statement} failed, do it by hand: {error}") from None
    done = (
        "the tables' files were rewritten" if command == "VACUUM FULL" else "old row versions were vacuumed"
    )
    click.echo(f"{done}; what write-ahead logs and backups still hold is in docs/log.md")


def _migrated(data: Path | None, stack: ExitStack) -> str:
    """The owner's URL of a database that has this release's tables; embedded servers are started if need be."""
    folder = data or default_data()
    try:
        if "DATABASE_ADMIN_URL" in os.environ or "DATABASE_URL" in os.environ or embedded.running(folder):
            url = admin_url(data)
            if missing := asyncio.run(_connected(url, lambda c: pending(c, migrations()))):
                raise click.ClickException(f"{len(missing)} migrations are pending: run `incumbent migrate`")
            return url
        servers = stack.enter_context(embedded.start(folder))
        apply(servers.admin_url, servers.database_url)
        return servers.admin_url
    except (embedded.EmbeddedError, MigrationError) as error:
        raise click.ClickException(str(error)) from None
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        raise click.ClickException(f"the database cannot be used: {error}") from None


async def _connected(url: str, act: Callable[[asyncpg.Connection], Awaitable[T]]) -> T:
    connection = await asyncpg.connect(url)
    try:
        return await act(connection)
    finally:
        await connection.close()


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)
