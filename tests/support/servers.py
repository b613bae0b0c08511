"""Fresh databases and Redis databases on the servers that the whole run shares."""

import itertools
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import msgspec
from redis import Redis

from events.migrate import migrate as apply
from service.embedded.postgres import run_apart

APPLICATION = "incumbent_app"
_databases = itertools.count(1)
_redis_numbers = itertools.cycle(range(1, 16))


class Database(msgspec.Struct, frozen=True, kw_only=True):
    """A database of its own, with the URLs of both roles."""

    name: str
    admin_url: str  # migrations, and whatever a test has to see or break
    database_url: str  # the application's role


class PostgresServer(msgspec.Struct, frozen=True, kw_only=True):
    """A server on which databases are made; its URLs name any database."""

    admin_url: str
    database_url: str

    @contextmanager
    def database(self, *, template: Database | None = None) -> Iterator[Database]:
        """A database that lasts for the block: empty, or a copy of another that nobody is connected to."""
        name = f"incumbent_test_{os.getpid()}_{next(_databases)}"
        made_from = template.name if template is not None else "template1"
        run_apart(_execute(self.admin_url, f"CREATE DATABASE {name} TEMPLATE {made_from}"))
        try:
            yield Database(
                name=name,
                admin_url=on_database(self.admin_url, name),
                database_url=on_database(self.database_url, name),
            )
        finally:
            run_apart(_execute(self.admin_url, f"DROP DATABASE {name} WITH (FORCE)"))


@contextmanager
def external(admin_url: str) -> Iterator[PostgresServer]:
    """A server that is already there, with an application role that lasts for the block."""
    password = secrets.token_urlsafe(16)
    run_apart(_execute(admin_url, f"CREATE ROLE {APPLICATION} LOGIN PASSWORD '{password}'"))
    try:
        parts = urlsplit(admin_url)
        address = f"{parts.hostname}:{parts.port or 5432}"
        yield PostgresServer(
            admin_url=admin_url,
            database_url=urlunsplit(parts._replace(netloc=f"{APPLICATION}:{password}@{address}")),
        )
    finally:
        run_apart(_execute(admin_url, f"DROP ROLE {APPLICATION}"))


async def migrate(database: Database) -> None:
    """Applies the migrations of every room, as the service does at its start."""
    # Here and not above: a test without a database does not import the whole house.
    from service.schema import migrations

    await apply(database.admin_url, migrations(), application_role=APPLICATION)


def flushed_redis(url: str) -> str:
    """The URL of a Redis database with nothing in it, one of fifteen taken in turn."""
    fresh = urlunsplit(urlsplit(url)._replace(path=f"/{next(_redis_numbers)}"))
    with Redis.from_url(fresh) as client:
        client.flushdb()
    return fresh


def on_database(url: str, name: str) -> str:
    """The same server and role, another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
