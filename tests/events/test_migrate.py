"""Migrations: once, in order, whatever starts at the same time."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from events.migrate import Migration, MigrationError, migrate, migrations_in
from service.schema import migrations
from tests.support.servers import APPLICATION, Database


async def test_two_instances_starting_at_once_apply_each_migration_once(empty_database: Database) -> None:
    starts = [migrate(empty_database.admin_url, migrations(), application_role=APPLICATION) for _ in range(3)]

    applied = await asyncio.gather(*starts)

    assert sorted(map(len, applied)) == [0, 0, len(migrations())]


async def test_a_database_ahead_of_the_release_is_refused(database: Database) -> None:
    with pytest.raises(MigrationError, match="newer release"):
        await migrate(database.admin_url, migrations()[:-1], application_role=APPLICATION)


async def test_an_edited_migration_is_noticed(database: Database) -> None:
    first, *rest = migrations()
    edited = Migration(first.room, first.number, first.name, (*first.statements, "SELECT 1"))

    with pytest.raises(MigrationError, match="edited"):
        await migrate(database.admin_url, [edited, *rest], application_role=APPLICATION)


async def test_a_migration_that_fails_leaves_nothing_behind(database: Database) -> None:
    broken = Migration("events", 999, "broken", ("CREATE TABLE half (a int)", "SELECT 1/0"))

    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(database.admin_url, [*migrations(), broken], application_role=APPLICATION)

    connection = await asyncpg.connect(database.admin_url)
    assert await connection.fetchval("SELECT to_regclass('half') IS NULL")
    await connection.close()


def test_a_gap_in_the_numbers_is_refused(tmp_path: Path) -> None:
    for name in ("0001_one", "0003_three"):
        (tmp_path / "sql" / "migrations" / name).mkdir(parents=True)

    with pytest.raises(MigrationError, match="not numbered"):
        migrations_in(tmp_path)
