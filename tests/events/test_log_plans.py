"""The log's hot queries find their rows by index, on a large table, and with plans that were made when it was empty."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

import events
from events.catalogue import PersonCreated
from events.envelope import Append, NewContent, NewEvent
from events.ids import mint
from events.log import Log
from events.queries import queries
from tests.support.servers import Database

SQL = Path(events.__file__).parent / "sql"
EVENTS = 40_000
HOT = queries(SQL / "queries.sql")
FUNCTIONS = {
    path.name: path.read_text("utf-8") for path in (SQL / "migrations" / "0001_log").glob("*.function.sql")
}

# Query, parameters of it, the index that serves it. Those of functions are as they stand in the functions.
CASES: dict[str, tuple[str, tuple[Any, ...], str]] = {
    "read": (HOT["read"], (30_000, 500), "event_pkey"),
    "read_stream": (HOT["read_stream"], ("person-77", 2, 500), "event_stream_version_key"),
    "read_category": (HOT["read_category"], ("organization", 20_000, 500), "event_category_idx"),
    "read_actor": (HOT["read_actor"], ("actor-7", 20_000, 30_000, 500), "event_actor_idx"),
    "read_back": (HOT["read_back"], (30_000, 500), "event_pkey"),
    "read_stream_back": (HOT["read_stream_back"], ("person-77", 9, 500), "event_stream_version_key"),
    "read_category_back": (HOT["read_category_back"], ("organization", 20_000, 500), "event_category_idx"),
    "last": (HOT["last"], ("person-77",), "event_stream_version_key"),
    "head": (HOT["head"], (), "event_pkey"),
    "content": (HOT["content"], (b"x",), "content_pkey"),
    "version of a stream": (
        "SELECT max(l.version) FROM event AS l WHERE l.stream = $1",
        ("person-77",),
        "event_stream_version_key",
    ),
    "the head in log_append": (
        "SELECT l.position, greatest(l.recorded_at, clock_timestamp()), l.chain"
        " FROM event AS l ORDER BY l.position DESC LIMIT 1",
        (),
        "event_pkey",
    ),
    "a key": (
        "SELECT k.first_position, k.last_position"
        " FROM append_key AS k WHERE k.key = $1 AND k.expires_at > now()",
        ("key-5",),
        "append_key_pkey",
    ),
    "the id of a retry": (
        "SELECT l.position FROM event AS l WHERE l.id = $1",
        ("00000000-0000-0000-0000-000000000001",),
        "event_id_key",
    ),
    "an instant in position_at": (
        "SELECT l.recorded_at FROM event AS l WHERE l.position = $1",
        (20_000,),
        "event_pkey",
    ),
    "expired keys": (
        "SELECT k.key FROM append_key AS k WHERE k.expires_at <= clock_timestamp()"
        " ORDER BY k.expires_at LIMIT $1 FOR UPDATE SKIP LOCKED",
        (1_000,),
        "append_key_expires_at_idx",
    ),
}
# In the functions they stand with INTO and with names for the parameters.
IN_FUNCTIONS = {
    "version of a stream": "SELECT max(l.version) FROM event AS l WHERE l.stream = ",
    "the head in log_append": "FROM event AS l ORDER BY l.position DESC LIMIT 1",
    "a key": "FROM append_key AS k WHERE k.key = keys[a] AND k.expires_at > ",
    "the id of a retry": "FROM event AS l WHERE l.id = ids[",
    "an instant in position_at": "FROM event AS l WHERE l.position = ",
    "expired keys": "SELECT k.key FROM append_key AS k WHERE k.expires_at <= clock_timestamp()",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def plans(each_database: Database) -> AsyncIterator[dict[str, dict[str, str]]]:
    """The generic plans, first those that a session made while the tables were empty, then those of full ones."""
    connection = await asyncpg.connect(each_database.admin_url)
    await connection.execute("SET plan_cache_mode = force_generic_plan")
    empty = {case: await _plan(connection, number, case) for number, case in enumerate(CASES)}
    await connection.execute(
        f"""
        INSERT INTO event SELECT n, 1 + n / 1000, now(), gen_random_uuid(), gen_random_uuid(), null, 1,
            (ARRAY['person', 'post', 'organization'])[1 + n % 3] || '-' || n % 1000, 'person.created',
            'actor-' || n % 100, '', convert_to(repeat('x', 200), 'UTF8'), null, sha256(n::text::bytea),
            sha256(n::text::bytea)
            FROM generate_series(1, {EVENTS}) AS n;
        INSERT INTO append_key SELECT 'key-' || n, '', n, n, now() + n * interval '1 second'
            FROM generate_series(1, {EVENTS}) AS n;
        INSERT INTO content SELECT sha256(n::text::bytea), '', 'text/plain', convert_to(repeat('x', 200), 'UTF8'), n
            FROM generate_series(1, {EVENTS}) AS n;
        ANALYZE event, append_key, content
        """
    )
    full = {case: await _plan(connection, number, case) for number, case in enumerate(CASES, start=100)}
    yield {"when empty": empty, "when full": full}
    await connection.close()


@pytest.mark.parametrize("when", ["when empty", "when full"])
@pytest.mark.parametrize("case", CASES)
async def test_a_hot_query_reads_its_rows_by_index(
    plans: dict[str, dict[str, str]], case: str, when: str
) -> None:
    plan = plans[when][case]

    assert "Seq Scan" not in plan, plan
    assert re.search(rf"\b{CASES[case][2]}\b", plan), plan
    assert "Sort" not in plan, plan


def test_the_queries_of_functions_are_those_that_are_planned_here() -> None:
    bodies = "\n".join(FUNCTIONS.values())
    for case, core in IN_FUNCTIONS.items():
        assert core in bodies, f"{case} stands otherwise in its function now"


async def test_appends_stay_quick_where_they_were_planned_when_the_log_was_small(
    each_database: Database,
) -> None:
    """A plan that a session has made is kept while the table grows, however bad it has become."""
    admin = await asyncpg.connect(each_database.admin_url)
    await admin.execute("TRUNCATE event, content, append_key")
    async with asyncpg.create_pool(each_database.database_url, min_size=1, max_size=2) as pool:
        log = Log(pool)
        for _ in range(30):
            await log.append(_append())
        await admin.execute("VACUUM ANALYZE event, content, append_key")
        for _ in range(10):
            await log.append(_append())
        await admin.execute(
            f"INSERT INTO event SELECT n, n, now(), gen_random_uuid(), gen_random_uuid(), null, 1, 'person-x', 'a',"
            f" 'b', '', '', null, '', '' FROM generate_series(41, {EVENTS}) AS n"
        )
        before = await _whole_reads(admin)

        for _ in range(30):
            await log.append(_append())
        await log.close()

    assert await _whole_reads(admin) == before
    await admin.close()


async def _whole_reads(admin: asyncpg.Connection) -> list[tuple[str, int]]:
    """How often each of the log's tables was read from one end to the other. Backends tell a second late at most."""
    await asyncio.sleep(1.1)
    await admin.execute("SELECT pg_stat_clear_snapshot()")
    rows = await admin.fetch(
        "SELECT relname, seq_scan FROM pg_stat_user_tables"
        " WHERE relname IN ('event', 'content', 'append_key') ORDER BY relname"
    )
    return [(row["relname"], row["seq_scan"]) for row in rows]


def _append() -> Append:
    person = mint("person")
    new = NewEvent(stream=person, event=PersonCreated(name="Ada Quist"))
    return Append(
        events=(new,),
        actor="plans",
        expected={person: 0},
        key=person,
        contents=(NewContent(body=person.encode(), media_type="text/plain"),),
    )


async def _plan(connection: asyncpg.Connection, number: int, case: str) -> str:
    query, arguments, _ = CASES[case]
    await connection.execute(f"PREPARE hot{number} AS {query}")
    given = ", ".join(_literal(argument) for argument in arguments)
    rows = await connection.fetch(f"EXPLAIN EXECUTE hot{number}" + (f" ({given})" if given else ""))
    return "\n".join(row[0] for row in rows)


def _literal(value: Any) -> str:
    match value:
        case bytes():
            return f"'\\x{value.hex()}'"
        case str():
            return f"'{value}'"
        case _:
            return str(value)
