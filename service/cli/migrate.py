"""`incumbent migrate`: brings the database to this release's shape, or says what is pending."""

import asyncio
import sys
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import click

from events.migrate import Migration, MigrationError, pending
from events.migrate import migrate as apply_migrations
from service.cli.database import admin_url, data_option, database_url
from service.schema import migrations


@click.command()
@click.option("--check", is_flag=True, help="Change nothing; end with 1 if anything is pending.")
@data_option
def migrate(check: bool, data: Path | None) -> None:
    """Applies pending migrations as the owner of the tables (DATABASE_ADMIN_URL)."""
    owner = admin_url(data)
    try:
        done = asyncio.run(_pending(owner)) if check else apply(owner, database_url(data))
    except MigrationError as error:
        raise click.ClickException(str(error)) from None
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        raise click.ClickException(f"the database cannot be used: {error}") from None
    for migration in done:
        click.echo(
            f"{'pending' if check else 'applied'}: {migration.room} {migration.number} {migration.name}"
        )
    if check and done:
        sys.exit(1)
    if not done:
        click.echo("nothing is pending")


def apply(owner: str, application: str) -> list[Migration]:
    """Applies what is pending; `application` is the URL whose role may use it. Raises MigrationError."""
    role = urlsplit(application).username
    if role is None:
        raise MigrationError("DATABASE_URL names no user: write postgresql://USER:PASSWORD@HOST/DATABASE")
    return asyncio.run(apply_migrations(owner, migrations(), application_role=role))


async def _pending(owner: str) -> list[Migration]:
    connection = await asyncpg.connect(owner)
    try:
        return await pending(connection, migrations())
    finally:
        await connection.close()
