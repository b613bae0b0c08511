"""Migrations: numbered, forward only, each in one transaction, safe with several instances starting at once.

A room keeps its migrations in `<room>/sql/migrations/NNNN_name/`, a folder of one-statement files that are run in
the order of their names. What was applied is recorded in the table `migration` with a hash of the files, so that a
migration edited after its release is noticed.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import asyncpg
import msgspec

_LOCK = (1768842594, 2)  # one migrating session at a time; (1768842594, 1) is the log's own lock

_TABLE = """
CREATE TABLE IF NOT EXISTS migration (
    room       text        NOT NULL,
    number     integer     NOT NULL,
    name       text        NOT NULL,
    hash       bytea       NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (room, number)
)
"""


class MigrationError(Exception):
    """The database cannot be brought to this release's shape; the message says why."""


class Migration(msgspec.Struct, frozen=True):
    room: str
    number: int
    name: str
    statements: tuple[str, ...]

    @property
    def hash(self) -> bytes:
        return hashlib.sha256("\0".join(self.statements).encode()).digest()


def migrations_in(folder: Path) -> tuple[Migration, ...]:
    """The migrations of a room, given its folder (the one that holds sql/), by number.

    Raises MigrationError where numbers do not run 1, 2, 3, ...
    """
    found = []
    for path in sorted((folder / "sql" / "migrations").glob("[0-9]*_*")):
        number, _, name = path.name.partition("_")
        statements = tuple(file.read_text("utf-8") for file in sorted(path.glob("*.sql")))
        found.append(Migration(folder.name, int(number), name, statements))
    if [migration.number for migration in found] != list(range(1, len(found) + 1)):
        raise MigrationError(f"the migrations of {folder.name} are not numbered 1 to {len(found)}")
    return tuple(found)


async def pending(connection: asyncpg.Connection, migrations: Sequence[Migration]) -> list[Migration]:
    """Those not applied yet. Raises MigrationError where the database is ahead or holds an edited one."""
    exists = await connection.fetchval("SELECT to_regclass('migration') IS NOT NULL")
    rows = await connection.fetch("SELECT room, number, hash FROM migration") if exists else []
    applied = {(row["room"], row["number"]): row["hash"] for row in rows}
    known = {(migration.room, migration.number): migration for migration in migrations}
    for key, recorded in applied.items():
        if key not in known:
            raise MigrationError(
                f"the database has migration {key[0]} {key[1]}, which this release does not know:"
                " start the newer release that made it"
            )
        if known[key].hash != recorded:
            raise MigrationError(f"migration {key[0]} {key[1]} was edited after it had been applied")
    return [migration for migration in migrations if (migration.room, migration.number) not in applied]


async def migrate(
    admin_url: str, migrations: Sequence[Migration], *, application_role: str
) -> list[Migration]:
    """Applies what is pending and makes `application_role` a member of incumbent_application.

    Gives the migrations that were applied. Raises MigrationError, and asyncpg's errors for a server that refuses.
    """
    connection = await asyncpg.connect(admin_url)
    try:
        await connection.execute("SELECT pg_advisory_lock($1, $2)", *_LOCK)
        await connection.execute(_TABLE)
        todo = await pending(connection, migrations)
        for migration in todo:
            async with connection.transaction():
                for statement in migration.statements:
                    await connection.execute(statement)
                await connection.execute(
                    "INSERT INTO migration (room, number, name, hash) VALUES ($1, $2, $3, $4)",
                    migration.room, migration.number, migration.name, migration.hash,
                )  # fmt: skip
        await _join(connection, application_role)
        return todo
    finally:
        await connection.close()


async def _join(connection: asyncpg.Connection, role: str) -> None:
    if await connection.fetchval("SELECT pg_has_role($1, 'incumbent_application', 'MEMBER')", role):
        return
    quoted = await connection.fetchval("SELECT quote_ident($1)", role)
    await connection.execute(f"GRANT incumbent_application TO {quoted}")
