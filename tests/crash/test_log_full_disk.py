"""A disk that is full: appends are refused or unconfirmed, nothing is lost, and the log goes on once there is room."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from events.catalogue import PersonCreated
from events.envelope import Append, Appended, NewContent, NewEvent, Unconfirmed
from events.ids import mint
from events.log import Log
from tests.crash.server import crashing_server
from tests.support.log import recomputed
from tests.support.processes import open_folder
from tests.support.servers import Database

SIZE = 160_000_000  # bytes
APPEND = 400_000  # bytes of content, random so that nothing compresses it


Acknowledged = list[tuple[Append, Appended]]


@pytest.fixture(scope="module")
def small_disk() -> Iterator[Path]:
    """A file system of its own, in memory; mounting one takes root."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small file system")
    with open_folder() as folder:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=755", "tmpfs", str(folder)]
        mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
        if mounted.returncode != 0:
            pytest.skip(f"a small file system cannot be mounted here: {mounted.stderr.strip()}")
        try:
            yield folder
        finally:
            subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.slow
async def test_a_full_disk_under_everything_loses_nothing_and_the_log_goes_on(small_disk: Path) -> None:
    """Where even the write-ahead log finds no room, Postgres goes down, and comes up once there is some."""
    (small_disk / "all").mkdir()
    with crashing_server(small_disk / "all") as (server, database):
        async with asyncpg.create_pool(database.database_url, min_size=0, max_size=3) as pool:
            log = Log(pool)
            acknowledged = await _until_it_is_full(log, small_disk, asyncpg.PostgresError, Unconfirmed)
            if not server.running:
                await server.restart()
            await server.ready()
            acknowledged += [(append := _append(), await log.append(append)) for _ in range(3)]
            await log.close()
        await _all_is_there(database, acknowledged)


@pytest.mark.slow
async def test_a_full_disk_under_a_table_is_reported_and_the_log_goes_on(small_disk: Path) -> None:
    with open_folder() as folder, crashing_server(folder) as (_, database):
        owner = (folder / "postgres").stat()
        space = small_disk / "space"
        space.mkdir()
        os.chown(space, owner.st_uid, owner.st_gid)
        admin = await asyncpg.connect(database.admin_url)
        await admin.execute(f"CREATE TABLESPACE small LOCATION '{space}'")
        await admin.execute("ALTER TABLE content SET TABLESPACE small")
        async with asyncpg.create_pool(database.database_url, min_size=0, max_size=3) as pool:
            log = Log(pool)
            acknowledged = await _until_it_is_full(log, small_disk, asyncpg.DiskFullError)
            acknowledged += [(append := _append(), await log.append(append)) for _ in range(3)]
            await log.close()
        await _all_is_there(database, acknowledged)
        await admin.execute("ALTER TABLE content SET TABLESPACE pg_default")
        await admin.execute("DROP TABLESPACE small")
        await admin.close()


async def _until_it_is_full(log: Log, disk: Path, *refusals: type[Exception]) -> Acknowledged:
    """Appends until the disk has no room, then makes room again. Gives what was acknowledged."""
    acknowledged = [(append := _append(), await log.append(append))]
    filler = disk / "filler"

    async def append_much() -> None:
        for _ in range(60):
            acknowledged.append((append := _append(), await log.append(append)))

    _fill(filler, leaving=6_000_000)
    try:
        with pytest.raises(refusals) as refused:
            await append_much()
        print(f"{len(acknowledged)} acknowledged, then {refused.value!r}")
    finally:
        filler.unlink()
    return acknowledged


async def _all_is_there(database: Database, acknowledged: Acknowledged) -> None:
    admin = await asyncpg.connect(database.admin_url)
    head = await recomputed(admin)
    stored = {row["id"]: row["position"] for row in await admin.fetch("SELECT id, position FROM event")}
    contents = {row["hash"] for row in await admin.fetch("SELECT hash FROM content")}
    events = await admin.fetchval("SELECT count(DISTINCT position) FROM content")
    await admin.close()
    for append, done in acknowledged:
        assert [stored.get(new.id) for new in append.events] == list(range(done.first, done.last + 1))
        assert {content.hash for content in append.contents} <= contents
    assert events * 2 == head == acknowledged[-1][1].last, "contents and events go together"


def _append() -> Append:
    person = mint("person")
    return Append(
        events=tuple(
            NewEvent(stream=person, event=PersonCreated(name=f"Ada {number}")) for number in range(2)
        ),
        actor="tester",
        contents=(NewContent(body=os.urandom(APPEND), media_type="application/octet-stream"),),
    )


def _fill(filler: Path, *, leaving: int) -> None:
    room = os.statvfs(filler.parent)
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, room.f_bavail * room.f_frsize - leaving)
