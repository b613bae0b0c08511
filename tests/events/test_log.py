"""Appending and reading, on every supported Postgres."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
import pytest_asyncio

from events.catalogue import PersonCreated, PersonNamed
from events.envelope import (
    MAX_PAYLOAD,
    NEW,
    Append,
    Conflict,
    KeyReused,
    NewContent,
    NewEvent,
    Refused,
    Undecodable,
)
from events.ids import mint
from events.log import Log
from tests.support.servers import Database


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool(each_database: Database) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(each_database.database_url, min_size=1, max_size=10) as pool:
        yield pool


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def log(pool: asyncpg.Pool) -> AsyncIterator[Log]:
    log = Log(pool, poll=0.2)
    yield log
    await log.close()


def created(stream: str, name: str = "Ada Quist", **fields: object) -> Append:
    new = NewEvent(stream=stream, event=PersonCreated(name=name))
    return Append(events=(new,), actor="tester", **fields)  # type: ignore[arg-type] # fields of Append


async def test_an_append_is_numbered_and_read_back_as_it_was(log: Log) -> None:
    person, before = mint("person"), await log.head()

    done = await log.append(
        Append(
            events=(
                NewEvent(stream=person, event=PersonCreated(name="Ada Quist")),
                NewEvent(stream=person, event=PersonNamed(name="Ада Квист")),
            ),
            actor="tester",
            expected={person: NEW},
        )
    )

    assert (done.first, done.last) == (before + 1, before + 2)
    read = await log.read_stream(person)
    assert [(r.position, r.version, r.event) for r in read] == [
        (done.first, 1, PersonCreated(name="Ada Quist")),
        (done.last, 2, PersonNamed(name="Ада Квист")),
    ]
    assert read[0].actor == "tester"
    assert read[0].correlation == read[1].correlation == read[0].id, "the first event begins the chain"


async def test_an_append_to_several_streams_is_all_or_nothing(log: Log) -> None:
    old, new = mint("person"), mint("person")
    await log.append(created(old))
    head = await log.head()

    with pytest.raises(Conflict) as conflict:
        await log.append(
            Append(
                events=(
                    NewEvent(stream=new, event=PersonCreated(name="B")),
                    NewEvent(stream=old, event=PersonNamed(name="C")),
                ),
                actor="tester",
                expected={new: NEW, old: 7},
            )
        )

    assert (conflict.value.stream, conflict.value.expected, conflict.value.actual) == (old, 7, 1)
    assert await log.head() == head
    assert await log.read_stream(new) == []


async def test_the_same_key_and_fingerprint_gives_the_first_answer_again(log: Log) -> None:
    first = await log.append(created(mint("person"), key="k-1", fingerprint=b"a"))
    head = await log.head()

    again = await log.append(created(mint("person"), key="k-1", fingerprint=b"a"))

    assert (again.first, again.last, again.replayed) == (first.first, first.last, True)
    assert await log.head() == head


async def test_the_same_key_with_another_fingerprint_is_an_error(log: Log) -> None:
    await log.append(created(mint("person"), key="k-2", fingerprint=b"a"))

    with pytest.raises(KeyReused):
        await log.append(created(mint("person"), key="k-2", fingerprint=b"b"))


async def test_the_same_key_twice_in_one_group_is_one_result(log: Log) -> None:
    append = [created(mint("person"), key="k-3", fingerprint=b"a") for _ in range(5)]
    head = await log.head()

    answers = await asyncio.gather(*map(log.append, append))

    assert {(answer.first, answer.last) for answer in answers} == {(head + 1, head + 1)}
    assert sum(not answer.replayed for answer in answers) == 1


async def test_an_expired_key_may_be_used_again(log: Log, each_database: Database) -> None:
    first = await log.append(created(mint("person"), key="k-4", fingerprint=b"a"))
    admin = await asyncpg.connect(each_database.admin_url)
    await admin.execute("UPDATE append_key SET expires_at = now() - interval '1 second' WHERE key = 'k-4'")
    await admin.close()

    again = await log.append(created(mint("person"), key="k-4", fingerprint=b"b"))

    assert again.first > first.last
    assert not again.replayed


async def test_expired_keys_are_forgotten_and_others_kept(log: Log, each_database: Database) -> None:
    for key in ("k-5", "k-6"):
        await log.append(created(mint("person"), key=key, fingerprint=b"a"))
    admin = await asyncpg.connect(each_database.admin_url)
    await admin.execute("UPDATE append_key SET expires_at = now() - interval '1 second' WHERE key = 'k-5'")

    assert await log.forget_keys() == 1
    assert await log.forget_keys() == 0

    left = await admin.fetch("SELECT key FROM append_key WHERE key IN ('k-5', 'k-6')")
    await admin.close()
    assert [row["key"] for row in left] == ["k-6"]


async def test_a_conflict_in_a_group_does_not_touch_its_neighbours(log: Log) -> None:
    taken = mint("person")
    await log.append(created(taken))
    appends = [created(mint("person")) for _ in range(20)]
    appends[7] = created(taken, expected={taken: NEW})

    answers = await asyncio.gather(*map(log.append, appends), return_exceptions=True)

    assert isinstance(answers[7], Conflict)
    assert sum(isinstance(answer, Exception) for answer in answers) == 1


async def test_a_member_that_fails_in_postgres_fails_alone(log: Log) -> None:
    """A group whose statement fails as a whole is tried again, one by one."""
    twice = created(mint("person"))
    await log.append(twice)
    appends = [created(mint("person")) for _ in range(6)]
    appends[2] = twice  # its event's id is in the log already: a unique violation

    answers = await asyncio.gather(*map(log.append, appends), return_exceptions=True)

    assert isinstance(answers[2], asyncpg.UniqueViolationError)
    assert sum(isinstance(answer, Exception) for answer in answers) == 1


async def test_a_cancelled_caller_does_not_touch_its_neighbours(log: Log) -> None:
    tasks = [asyncio.create_task(log.append(created(mint("person")))) for _ in range(30)]
    await asyncio.sleep(0)
    for task in tasks[::3]:
        task.cancel()

    answers = await asyncio.gather(*tasks, return_exceptions=True)

    kept = [answer for answer in answers if not isinstance(answer, BaseException)]
    assert len(kept) == 20
    head = await log.head()
    assert {answer.last for answer in kept} <= set(range(1, head + 1))


async def test_contents_are_kept_under_a_salted_hash(log: Log) -> None:
    one, two = (NewContent(body=b"the same text", media_type="text/plain") for _ in range(2))
    await log.append(created(mint("person"), contents=(one, two)))

    assert one.hash != two.hash
    assert await log.content(one.ref) == await log.content(two.ref) == b"the same text"


@pytest.mark.parametrize("name", ["nul \0 inside", "surrogate \ud800", "x" * (MAX_PAYLOAD + 1)])
async def test_what_can_never_be_stored_is_refused_before_it_joins_a_group(log: Log, name: str) -> None:
    head = await log.head()

    with pytest.raises(Refused):
        await log.append(created(mint("person"), name))

    assert await log.head() == head


async def test_a_backslash_before_u0000_is_no_nul(log: Log) -> None:
    person = mint("person")
    await log.append(created(person, r"C:\u0000"))

    assert (await log.read_stream(person))[0].event == PersonCreated(name=r"C:\u0000")


async def test_an_append_without_events_is_refused(log: Log) -> None:
    with pytest.raises(Refused):
        await log.append(Append(events=(), actor="tester"))


async def test_the_application_can_change_nothing_that_was_recorded(pool: asyncpg.Pool) -> None:
    for statement in (
        "INSERT INTO event SELECT * FROM event",
        "UPDATE event SET actor = 'x'",
        "DELETE FROM event",
        "TRUNCATE event",
        "DELETE FROM content",
        "DELETE FROM append_key",
        "DROP TABLE event",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.execute(statement)


async def test_only_read_committed_may_append(pool: asyncpg.Pool) -> None:
    async with pool.acquire() as connection:
        with pytest.raises(asyncpg.InvalidTransactionStateError):
            async with connection.transaction(isolation="repeatable_read"):
                await connection.execute("SELECT log_append('{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}')")


async def test_reading_by_category_gives_only_its_events_in_order(log: Log) -> None:
    head = await log.head()
    streams = [mint("person") if n % 2 else mint("organization") for n in range(8)]
    for stream in streams:
        await log.append(created(stream))

    read = await log.read_category("organization", after=head)

    assert [recorded.stream for recorded in read] == streams[::2]


async def test_position_at_finds_the_last_event_of_an_instant(log: Log) -> None:
    await log.append(created(mint("person")))
    events = await log.read(0, 10_000)
    for recorded in events[:: max(1, len(events) // 20)]:
        at = recorded.recorded_at
        expected = max(r.position for r in events if r.recorded_at <= at)
        assert await log.position_at(at) == expected
    assert await log.position_at(events[0].recorded_at - timedelta(microseconds=1)) == 0
    assert await log.position_at(datetime.now(UTC) + timedelta(days=1)) == await log.head()


async def test_a_follower_is_woken_and_sees_each_event_once(log: Log) -> None:
    start = await log.head()
    seen: list[int] = []

    async def follow() -> None:
        async for batch in log.follow(start, limit=3):
            seen.extend(recorded.position for recorded in batch)
            if len(seen) == 10:
                return

    follower = asyncio.create_task(follow())
    for _ in range(10):
        await log.append(created(mint("person")))
    await asyncio.wait_for(follower, 5)

    assert seen == list(range(start + 1, start + 11))


async def test_a_follower_survives_the_loss_of_its_connection(log: Log, each_database: Database) -> None:
    start = await log.head()
    seen: list[int] = []

    async def follow() -> None:
        async for batch in log.follow(start):
            seen.extend(recorded.position for recorded in batch)
            if len(seen) >= 4:
                return

    follower = asyncio.create_task(asyncio.wait_for(follow(), 15))
    await log.append(created(mint("person")))
    admin = await asyncpg.connect(each_database.admin_url)
    for _ in range(3):
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        await log.append(created(mint("person")))
    await admin.close()
    await follower

    assert seen == list(range(start + 1, start + 5))


@pytest.mark.parametrize(
    ("column", "value"), [("type", "'person.cloned'"), ("schema_version", "9"), ("payload", "'{}'")]
)
async def test_an_event_that_cannot_be_read_is_named_and_never_skipped(
    log: Log, each_database: Database, column: str, value: str
) -> None:
    good = await log.append(created(mint("person")))
    bad = await log.append(created(mint("person")))
    await log.append(created(mint("person")))
    admin = await asyncpg.connect(each_database.admin_url)
    kept = await admin.fetchval(f"SELECT {column} FROM event WHERE position = $1", bad.first)
    await admin.execute(f"UPDATE event SET {column} = {value} WHERE position = $1", bad.first)
    try:
        assert [r.position for r in await log.read(good.first - 1)] == [good.first]
        with pytest.raises(Undecodable, match=str(bad.first)):
            await log.read(good.first)
    finally:
        await admin.execute(f"UPDATE event SET {column} = $2 WHERE position = $1", bad.first, kept)
        await admin.close()
