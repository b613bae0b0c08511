"""A log moves between installations byte for byte, whatever interrupts it."""

import asyncio
import gzip
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from events import export
from events.checkpointing import Checkpointer
from events.export import ExportError, export_log, read_export
from events.importing import import_log
from events.log import Log
from events.proof import check
from events.proving import prove
from events.redaction import redact
from events.verify import verify
from tests.events.tampering import article, people
from tests.support.servers import Database, PostgresServer

KEY = Ed25519PrivateKey.generate()
TABLES = {
    "event": "SELECT * FROM event ORDER BY position",
    "content": "SELECT * FROM content ORDER BY hash",
    "checkpoint": "SELECT * FROM checkpoint ORDER BY size",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool(database: Database) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(database.database_url, min_size=1, max_size=5) as pool:
        yield pool


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def log(pool: asyncpg.Pool) -> AsyncIterator[Log]:
    """4,200 events, some of articles, one of those redacted; two checkpoints."""
    log = Log(pool, poll=0.2)
    gone = await article(log, 'Quist résigne\n"naïve" \\u0000 \u2028', note="called the office")
    await people(log, 2_100)
    await Checkpointer(pool, KEY).make()
    await article(log, "Quist stays", note="called again")
    await redact(log, pool, gone, reason="a court order", actor="operator")
    await people(log, 2_100)
    await Checkpointer(pool, KEY).make()
    yield log
    await log.close()


@pytest.fixture
def target(postgres: PostgresServer, template: Database) -> Iterator[Database]:
    """A migrated database with nothing in it."""
    with postgres.database(template=template) as fresh:
        yield fresh


@pytest_asyncio.fixture
async def owner(target: Database) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(target.admin_url)
    yield connection
    await connection.close()


async def is_the_same(pool: asyncpg.Pool, target: Database) -> None:
    """Both databases hold the same rows, and the copy verifies."""
    async with asyncpg.create_pool(target.database_url, min_size=1, max_size=2) as copy:
        for table, query in TABLES.items():
            assert await copy.fetch(query) == await pool.fetch(query), table
        done = await verify(copy, public_keys=[KEY.public_key().public_bytes_raw()])
        assert done == await verify(pool)
        check(await prove(copy, 1_000))


async def test_an_empty_log_takes_everything_and_verifies(
    pool: asyncpg.Pool, log: Log, target: Database, owner: asyncpg.Connection, tmp_path: Path
) -> None:
    told: list[tuple[int, int]] = []
    header = await export_log(pool, tmp_path / "log.gz", lambda *each: told.append(each))
    done = await import_log(owner, tmp_path / "log.gz")

    head = await log.head()
    assert (header.head, done.head, done.new) == (head, head, head)
    assert header.chain == done.chain
    assert told[-1] == (head, head)
    assert not (tmp_path / "log.gz.part").exists()
    await is_the_same(pool, target)

    again = await import_log(owner, tmp_path / "log.gz")
    assert (again.head, again.new) == (head, 0)
    async with asyncpg.create_pool(target.database_url, min_size=1, max_size=2) as copy:
        assert await export_log(copy, tmp_path / "back.gz") == header
    assert (tmp_path / "back.gz").read_bytes() == (tmp_path / "log.gz").read_bytes()


async def test_a_log_moves_to_the_oldest_supported_server_and_back(
    pool: asyncpg.Pool,
    log: Log,
    database15: Database,
    owner: asyncpg.Connection,
    target: Database,
    tmp_path: Path,
) -> None:
    await export_log(pool, tmp_path / "there.gz")
    old = await asyncpg.connect(database15.admin_url)
    await import_log(old, tmp_path / "there.gz")
    await old.close()
    await is_the_same(pool, database15)

    async with asyncpg.create_pool(database15.database_url, min_size=1, max_size=2) as copy:
        await export_log(copy, tmp_path / "back.gz")
    await import_log(owner, tmp_path / "back.gz")
    await is_the_same(pool, target)


async def test_a_log_goes_on_from_where_an_earlier_export_ended(
    database: Database, log: Log, target: Database, owner: asyncpg.Connection, tmp_path: Path,
    postgres: PostgresServer, template: Database,
) -> None:  # fmt: skip
    with postgres.database(template=template) as source:
        async with asyncpg.create_pool(source.database_url, min_size=1, max_size=5) as pool:
            log = Log(pool)
            gone = await article(log, "Quist resigns")
            await people(log, 1_500)
            await export_log(pool, tmp_path / "first.gz")
            await import_log(owner, tmp_path / "first.gz")
            await owner.execute("DELETE FROM merkle_node")  # as if none had been kept here
            await redact(log, pool, gone, reason="a court order", actor="operator")
            await people(log, 1_500)
            await Checkpointer(pool, KEY).make()
            await export_log(pool, tmp_path / "second.gz")

            done = await import_log(owner, tmp_path / "second.gz")

            assert done.new == 1_501
            assert await owner.fetchval("SELECT count(*) FROM merkle_node WHERE level = 10") == 2
            await is_the_same(pool, target)
            with pytest.raises(ExportError, match="more than the 1501 in the file"):
                await import_log(owner, tmp_path / "first.gz")
            await log.close()


async def test_a_log_that_is_another_one_is_left_alone(
    pool: asyncpg.Pool, log: Log, target: Database, owner: asyncpg.Connection, tmp_path: Path
) -> None:
    await export_log(pool, tmp_path / "log.gz")
    async with asyncpg.create_pool(target.database_url, min_size=1, max_size=3) as others:
        other = Log(others)
        await people(other, 5)
        await other.close()

    with pytest.raises(ExportError, match="another chain at position 5"):
        await import_log(owner, tmp_path / "log.gz")

    assert await owner.fetchval("SELECT count(*) FROM event") == 5
    assert await owner.fetchval("SELECT count(*) FROM merkle_node") == 0
    assert await owner.fetchval("SELECT count(*) FROM checkpoint") == 0


def rewritten(file: Path, change: Callable[[list[dict[str, Any]]], None]) -> Path:
    """The export with its lines changed, and everything around them right."""
    lines = [msgspec.json.decode(line) for line in gzip.decompress(file.read_bytes()).splitlines()]
    change(lines)
    other = file.with_name("other.gz")
    other.write_bytes(gzip.compress(b"\n".join(msgspec.json.encode(line) for line in lines) + b"\n"))
    return other


def of(kind: str, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in lines if line["line"] == kind]


def change_actor(lines: list[dict[str, Any]]) -> None:
    of("event", lines)[700]["actor"] = "somebody else"


def change_time(lines: list[dict[str, Any]]) -> None:
    of("event", lines)[700]["recorded_at"] = "2020-01-01T00:00:00Z"


def change_payload(lines: list[dict[str, Any]]) -> None:
    of("event", lines)[700]["payload"] = '{"type":"person.created","name":"X"}'


def change_text(lines: list[dict[str, Any]]) -> None:
    next(line for line in of("content", lines) if "body" in line)["body"] = "eHh4"


def drop_event(lines: list[dict[str, Any]]) -> None:
    lines.remove(of("event", lines)[700])


def drop_last(lines: list[dict[str, Any]]) -> None:
    lines.remove(of("event", lines)[-1])


def drop_end(lines: list[dict[str, Any]]) -> None:
    lines.pop()


def change_root(lines: list[dict[str, Any]]) -> None:
    of("checkpoint", lines)[0]["checkpoint"]["root"] = "A" * 43 + "="


def change_format(lines: list[dict[str, Any]]) -> None:
    lines[0]["format"] = "incumbent-log/9"


def half_a_text(lines: list[dict[str, Any]]) -> None:
    del next(line for line in of("content", lines) if "body" in line)["salt"]


def more_behind_the_end(lines: list[dict[str, Any]]) -> None:
    lines.append(lines[1])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (change_actor, "position 701 was altered"),
        (change_time, "position 701 was altered"),
        (change_payload, "position 701 was altered"),
        (change_text, "content .* was altered"),
        (drop_event, "position 701 is missing"),
        (drop_last, "not as its first line says|misplaced"),
        (drop_end, "not whole"),
        (change_root, "wrongly signed"),
        (change_format, "format incumbent-log/9"),
        (half_a_text, "without a salt"),
        (more_behind_the_end, "behind the end"),
    ],
)
async def test_a_file_that_was_altered_is_refused_and_nothing_false_is_taken(
    pool: asyncpg.Pool, log: Log, owner: asyncpg.Connection, target: Database, tmp_path: Path,
    change: Callable[[list[dict[str, Any]]], None], message: str,
) -> None:  # fmt: skip
    await export_log(pool, tmp_path / "log.gz")

    with pytest.raises(ExportError, match=message):
        await import_log(owner, rewritten(tmp_path / "log.gz", change))

    taken = await owner.fetch(TABLES["event"])
    assert taken == await pool.fetch("SELECT * FROM event ORDER BY position LIMIT $1", len(taken))
    assert await owner.fetchval("SELECT count(*) FROM content WHERE sha256(salt || body) <> hash") == 0


@pytest.mark.parametrize(
    "raw", [b"", b"no gzip", gzip.compress(b"{}\n"), gzip.compress(b'{"line":"end","head":0}\n')]
)
async def test_what_is_no_export_is_refused(owner: asyncpg.Connection, tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "log.gz").write_bytes(raw)
    with pytest.raises(ExportError):
        await import_log(owner, tmp_path / "log.gz")


async def test_a_file_that_broke_off_anywhere_is_refused(
    pool: asyncpg.Pool, log: Log, tmp_path: Path, randomness: Any
) -> None:
    await export_log(pool, tmp_path / "log.gz")
    whole = (tmp_path / "log.gz").read_bytes()
    for length in sorted(randomness.sample(range(len(whole)), 20)):
        (tmp_path / "cut.gz").write_bytes(whole[:length])
        with (tmp_path / "cut.gz").open("rb") as file, pytest.raises(ExportError):
            list(read_export(file))


async def test_an_export_that_broke_off_anywhere_goes_on_to_the_same_file(
    pool: asyncpg.Pool, log: Log, tmp_path: Path, randomness: Any
) -> None:
    await export_log(pool, tmp_path / "log.gz")
    whole = (tmp_path / "log.gz").read_bytes()
    for length in sorted(randomness.sample(range(len(whole)), 10)):
        (tmp_path / "log.gz.part").write_bytes(whole[:length])
        await export_log(pool, tmp_path / "log.gz")
        assert (tmp_path / "log.gz").read_bytes() == whole, f"cut at byte {length}"


async def test_an_export_that_broke_off_before_a_redaction_begins_anew(
    postgres: PostgresServer, template: Database, tmp_path: Path
) -> None:
    with postgres.database(template=template) as source:
        async with asyncpg.create_pool(source.database_url, min_size=1, max_size=4) as pool:
            log = Log(pool)
            gone = await article(log, "Quist resigns")
            await people(log, 50)
            await export_log(pool, tmp_path / "log.gz")
            (tmp_path / "log.gz").rename(tmp_path / "log.gz.part")
            await redact(log, pool, gone, reason="a court order", actor="operator")

            header = await export_log(pool, tmp_path / "log.gz")

            assert header.head == await log.head()
            with (tmp_path / "log.gz").open("rb") as file:
                bodies = [line.body for line in read_export(file) if isinstance(line, export.ContentLine)]
            assert bodies == [None, None, b"a court order"]
            await log.close()


KILLED = """
import asyncio, sys, asyncpg
from pathlib import Path
from events.importing import import_log
async def main():
    connection = await asyncpg.connect(sys.argv[1])
    await import_log(connection, Path(sys.argv[2]), lambda at, of: print(at, flush=True))
asyncio.run(main())
"""


async def test_an_import_that_is_killed_goes_on_when_it_is_started_again(
    pool: asyncpg.Pool, log: Log, target: Database, owner: asyncpg.Connection, tmp_path: Path, randomness: Any
) -> None:
    await export_log(pool, tmp_path / "log.gz")
    heads = []
    for lines in (1, 2, 3):
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", KILLED, target.admin_url, str(tmp_path / "log.gz")),
            stdout=asyncio.subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        assert process.stdout is not None
        for _ in range(lines):
            await process.stdout.readline()
        await asyncio.sleep(randomness.random() * 0.05)
        process.kill()
        await process.communicate()
        heads.append(await owner.fetchval("SELECT coalesce(max(position), 0) FROM event"))

    done = await import_log(owner, tmp_path / "log.gz")

    print(f"killed at {heads}, then {done.new} more")
    assert done.head == await log.head()
    await is_the_same(pool, target)


async def test_a_service_that_appends_meanwhile_is_noticed(
    pool: asyncpg.Pool, log: Log, target: Database, owner: asyncpg.Connection, tmp_path: Path
) -> None:
    await export_log(pool, tmp_path / "log.gz")
    async with asyncpg.create_pool(target.database_url, min_size=1, max_size=3) as others:
        other = Log(others)
        appended: list[asyncio.Task[int]] = []

        def interfere(at: int, of: int) -> None:
            if not appended and at:
                appended.append(asyncio.get_running_loop().create_task(people(other, 1)))

        with pytest.raises(ExportError, match="somebody else appends"):
            await import_log(owner, tmp_path / "log.gz", interfere)
        await asyncio.gather(*appended)
        await other.close()
