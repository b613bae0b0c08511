"""What the log is given and cannot or should not take: refused with a reason, and nobody else is hurt."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from events.catalogue import PersonCreated
from events.chain import GENESIS, leaf, link, payload_hash
from events.envelope import MAX_CONTENT, MAX_EVENTS, MAX_PAYLOAD, Append, NewContent, NewEvent, Refused
from events.ids import mint
from events.log import Log
from tests.support.log import recomputed
from tests.support.servers import Database


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def log(each_database: Database) -> AsyncIterator[Log]:
    async with asyncpg.create_pool(each_database.database_url, min_size=1, max_size=4) as pool:
        log = Log(pool)
        yield log
        await log.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def admin(each_database: Database) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(each_database.admin_url)
    yield connection
    await connection.close()


BAD: dict[str, dict[str, Any]] = {
    "a payload over 1 MB": {
        "events": (NewEvent(stream="person-a", event=PersonCreated(name="x" * MAX_PAYLOAD)),)
    },
    "a NUL in a payload": {"events": (NewEvent(stream="person-a", event=PersonCreated(name="a\0b")),)},
    "a lone surrogate in a payload": {
        "events": (NewEvent(stream="person-a", event=PersonCreated(name="\udc80")),)
    },
    "a NUL in a stream": {"events": (NewEvent(stream="person-\0", event=PersonCreated(name="a")),)},
    "a lone surrogate in a stream": {
        "events": (NewEvent(stream="person-\ud83d", event=PersonCreated(name="a")),)
    },
    "a NUL in a key": {"key": "a\0"},
    "a lone surrogate in an actor": {"actor": "\udfff"},
    "a NUL in an expectation": {"expected": {"\0": 0}},
    "a content over 5 MB": {"contents": (NewContent(body=bytes(MAX_CONTENT + 1), media_type="a/b"),)},
    "no event": {"events": ()},
    "too many events": {
        "events": tuple(
            NewEvent(stream="person-a", event=PersonCreated(name="a")) for _ in range(MAX_EVENTS + 1)
        )
    },
}


@pytest.mark.parametrize("bad", BAD)
async def test_it_is_refused_and_its_neighbours_are_recorded(log: Log, bad: str) -> None:
    appends = [_append() for _ in range(6)]
    good = {"events": appends[3].events, "actor": "tester", **BAD[bad]}
    appends[3] = Append(**good)

    answers = await asyncio.gather(*map(log.append, appends), return_exceptions=True)

    assert isinstance(answers[3], Refused)
    assert sum(isinstance(answer, BaseException) for answer in answers) == 1


async def test_the_largest_that_is_allowed_is_recorded(log: Log) -> None:
    person = mint("person")
    largest = PersonCreated(name="x" * (MAX_PAYLOAD - len(b'{"type":"person.created","name":""}')))
    content = NewContent(body=bytes(MAX_CONTENT), media_type="a/b")
    new = NewEvent(stream=person, event=largest)

    await log.append(Append(events=(new,), actor="tester", contents=(content,)))

    assert (await log.read_stream(person))[0].event == largest
    assert await log.content(content.ref) == content.body


async def test_text_of_every_plane_comes_back_as_it_was(log: Log) -> None:
    person, name = mint("person"), "Ą\u202e😀\U0010ffff\u0001\\u0000 \"'\n\t\x7f"

    await log.append(_append(person, name))

    assert (await log.read_stream(person))[0].event == PersonCreated(name=name)


async def test_recorded_at_never_goes_backwards_where_the_clock_does(
    log: Log, admin: asyncpg.Connection
) -> None:
    """The last event was recorded by a clock that went two hours fast."""
    done = await log.append(_append())
    future = datetime.now(UTC) + timedelta(hours=2)
    await _record_anew(admin, done.last, future)

    first = await log.append(_append())
    second = await log.append(_append())

    read = await log.read(done.last - 1)
    assert [recorded.recorded_at for recorded in read] == [future] * 3
    assert await log.position_at(future) == second.last
    assert await log.position_at(future - timedelta(microseconds=1)) == done.last - 1
    assert first.first == done.last + 1
    assert await recomputed(admin) == second.last


async def _record_anew(admin: asyncpg.Connection, position: int, instant: datetime) -> None:
    """Gives the last event another recorded_at, and the leaf and chain that go with it."""
    row = await admin.fetchrow("SELECT * FROM event WHERE position = $1", position)
    previous = await admin.fetchval("SELECT chain FROM event WHERE position = $1", position - 1)
    assert row is not None
    made = leaf(
        position=position,
        stream=row["stream"],
        version=row["version"],
        id=row["id"],
        type=row["type"],
        schema_version=row["schema_version"],
        recorded_at=instant,
        actor=row["actor"],
        cause=row["cause"],
        correlation=row["correlation"],
        payload_hash=payload_hash(row["salt"], row["payload"]),
    )
    await admin.execute(
        "UPDATE event SET recorded_at = $2, leaf = $3, chain = $4 WHERE position = $1",
        position,
        instant,
        made,
        link(previous or GENESIS, made),
    )


def _append(stream: str | None = None, name: str = "Ada Quist") -> Append:
    new = NewEvent(stream=stream or mint("person"), event=PersonCreated(name=name))
    return Append(events=(new,), actor="tester")
