"""Verification: a whole log passes, and whatever is altered in one is found and named."""

import asyncio
import inspect
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from events.catalogue import PersonCreated, PersonNamed
from events.chain import leaf, link, payload_hash
from events.checkpoint import signed
from events.checkpointing import Checkpointer
from events.envelope import NewEvent
from events.ids import mint
from events.log import Log
from events.redaction import redact
from events.verify import Damage, verify
from tests.events.tampering import altered, article, columns, people, say
from tests.support.servers import Database

KEY = Ed25519PrivateKey.generate()
PUBLIC = KEY.public_key().public_bytes_raw()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool(each_database: Database) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(each_database.database_url, min_size=1, max_size=10) as pool:
        yield pool


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def admin(each_database: Database) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(each_database.admin_url)
    yield connection
    await connection.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def log(pool: asyncpg.Pool) -> AsyncIterator[Log]:
    """2,300 events, among them articles, one of them redacted; two checkpoints, the second not over all of them."""
    log = Log(pool, poll=0.2)
    checkpointer = Checkpointer(pool, KEY)
    person = mint("person")
    await say(log, NewEvent(stream=person, event=PersonCreated(name="Ada Quist")))
    cause = (await log.read())[0].id
    gone = await article(log, "Quist resigns", note="called the office")
    await article(log, "Quist stays", note="called again")
    await checkpointer.make()
    await people(log, 2_250)
    await redact(log, pool, gone, reason="a court order", actor="operator")
    await say(log, NewEvent(stream=person, event=PersonNamed(name="A. Quist")), cause=cause)
    await checkpointer.make()
    await people(log, 30)
    yield log
    await log.close()


async def damage(pool: asyncpg.Pool) -> Damage:
    with pytest.raises(Damage) as found:
        await verify(pool)
    return found.value


async def test_a_whole_log_passes_and_says_what_it_holds(pool: asyncpg.Pool, log: Log) -> None:
    told: list[tuple[str, int, int]] = []

    done = await verify(pool, public_keys=[PUBLIC], progress=lambda *each: told.append(each))

    head = await log.head()
    assert done.events == head
    assert (done.contents, done.redacted_contents, done.pending_contents) == (7, 3, 0)
    assert (done.checkpoints, done.covered) == (2, head - 30)
    assert done.public_keys == (PUBLIC,)
    assert done.chain == await pool.fetchval("SELECT chain FROM event WHERE position = $1", head)
    assert told[0] == ("events", 2_000, head)
    assert told[-1] == ("texts", 7, 7)


EVENT_COLUMNS = (
    "position version recorded_at id correlation cause schema_version stream type actor salt payload leaf chain"
).split()


@pytest.mark.parametrize("column", EVENT_COLUMNS)
@pytest.mark.parametrize("place", ["the first", "inside", "the last"])
async def test_any_column_of_an_event_that_is_altered_is_found(
    pool: asyncpg.Pool, log: Log, admin: asyncpg.Connection, column: str, place: str
) -> None:
    head = await log.head()
    position = {"the first": 1, "inside": 2_257, "the last": head}[place]
    expression = (await columns(admin, "event"))[column]

    async with altered(admin, "event", "position", position, column, expression):
        found = await damage(pool)

    assert found.position == position, str(found)


async def test_those_are_all_columns_that_there_are(admin: asyncpg.Connection) -> None:
    assert {*EVENT_COLUMNS, "payload_hash"} == set(await columns(admin, "event"))


async def test_a_payload_that_is_hidden_behind_its_hash_is_found(
    pool: asyncpg.Pool, log: Log, admin: asyncpg.Connection
) -> None:
    kept = await admin.fetchrow("SELECT salt, payload FROM event WHERE position = 9")
    assert kept is not None
    await admin.execute(
        "UPDATE event SET payload_hash = sha256(salt || payload), salt = NULL, payload = NULL WHERE position = 9"
    )
    try:
        found = await damage(pool)
    finally:
        await admin.execute(
            "UPDATE event SET payload_hash = NULL, salt = $1, payload = $2 WHERE position = 9", *kept
        )

    assert found.position == 9
    assert "no redaction says so" in str(found)


async def test_an_event_that_was_removed_is_found(
    pool: asyncpg.Pool, log: Log, admin: asyncpg.Connection
) -> None:
    head = await log.head()
    for position in (1, 1_000, head - 30):  # the last one is what a checkpoint vouches for
        rows = await admin.fetch("DELETE FROM event WHERE position >= $1 RETURNING *", position)
        kept = [row for row in rows if row["position"] != position] if position < 2_000 else []
        await admin.copy_records_to_table("event", records=map(tuple, kept))
        try:
            found = await damage(pool)
        finally:
            missing = [row for row in rows if row not in kept]
            await admin.copy_records_to_table("event", records=map(tuple, missing))
        assert found.position == position, str(found)
    await verify(pool)


@pytest.mark.parametrize("column", ["size", "recorded_at", "root", "chain", "public_key", "signature"])
async def test_any_column_of_a_checkpoint_that_is_altered_is_found(
    pool: asyncpg.Pool, log: Log, admin: asyncpg.Connection, column: str
) -> None:
    size = await pool.fetchval("SELECT min(size) FROM checkpoint")
    expression = "size + 1" if column == "size" else (await columns(admin, "checkpoint"))[column]

    async with altered(admin, "checkpoint", "size", size, column, expression):
        found = await damage(pool)

    assert found.position == size + (column == "size")
    assert "checkpoint" in str(found)


async def test_a_checkpoint_that_another_key_signed_is_found_by_who_knows_the_right_one(
    pool: asyncpg.Pool, log: Log
) -> None:
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()

    with pytest.raises(Damage, match="signed with another key"):
        await verify(pool, public_keys=[other])


async def test_a_checkpoint_of_another_log_is_found_though_its_signature_is_right(
    pool: asyncpg.Pool, log: Log, admin: asyncpg.Connection
) -> None:
    row = await pool.fetchrow("SELECT * FROM checkpoint ORDER BY size LIMIT 1")
    assert row is not None
    forged = signed(KEY, size=row["size"], root=bytes(32), chain=row["chain"], at=row["recorded_at"])

    async with altered(admin, "checkpoint", "size", row["size"], "root", "decode(repeat('00', 32), 'hex')"):
        await admin.execute(
            "UPDATE checkpoint SET signature = $1 WHERE size = $2", forged.signature, row["size"]
        )
        found = await damage(pool)
        await admin.execute(
            "UPDATE checkpoint SET signature = $1 WHERE size = $2", row["signature"], row["size"]
        )

    assert "is not of this log" in str(found)


@pytest.mark.parametrize("level", [10, 11])
async def test_a_subtree_that_was_altered_is_found(
    pool: asyncpg.Pool, log: Log, admin: asyncpg.Connection, level: int
) -> None:
    kept = await admin.fetchval("SELECT hash FROM merkle_node WHERE level = $1 AND number = 0", level)
    change = "UPDATE merkle_node SET hash = $2 WHERE level = $1 AND number = 0"
    await admin.execute(change, level, bytes(32))
    found = await damage(pool)
    await admin.execute(change, level, kept)

    assert found.position == 1 << level
    await verify(pool)


@pytest.mark.parametrize("column", ["hash", "salt", "body", "media_type", "position"])
async def test_a_text_that_was_altered_is_found(
    pool: asyncpg.Pool, log: Log, admin: asyncpg.Connection, column: str
) -> None:
    hash_ = await pool.fetchval("SELECT hash FROM content WHERE body = 'Quist stays'")
    expression = (await columns(admin, "content"))[column]

    async with altered(admin, "content", "hash", hash_, column, expression):
        found = await damage(pool)

    assert "content" in str(found)


async def test_a_text_that_is_gone_without_a_redaction_is_found(
    pool: asyncpg.Pool, log: Log, admin: asyncpg.Connection
) -> None:
    row = await pool.fetchrow("SELECT * FROM content WHERE body = 'Quist stays'")
    assert row is not None
    await admin.execute("UPDATE content SET salt = NULL, body = NULL WHERE hash = $1", row["hash"])
    found = await damage(pool)
    await admin.execute(
        "UPDATE content SET salt = $2, body = $3 WHERE hash = $1", row["hash"], row["salt"], row["body"]
    )

    assert found.position == row["position"]
    assert "no redaction says so" in str(found)


async def test_the_application_can_forge_neither_checkpoint_nor_subtree_nor_redaction(
    pool: asyncpg.Pool,
) -> None:
    for statement in (
        "DELETE FROM checkpoint",
        "UPDATE checkpoint SET root = ''",
        "UPDATE merkle_node SET hash = ''",
        "UPDATE content SET body = NULL, salt = NULL",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.execute(statement)
    assert await pool.fetchval("SELECT log_redact(1)") == 0, "that event takes nothing away"


FORGED: dict[
    str, tuple[dict[str, Any], str]
] = {  # what is said of the event, and what verification says of that
    "an unknown type": ({"type": "person.cloned"}, "cannot be read"),
    "a newer schema": ({"schema_version": 9}, "cannot be read"),
    "a payload of another type": ({"payload": b'{"type":"person.named"}'}, "cannot be read"),
    "a version that was left out": ({"version": 3}, "has no version 2"),
    "the version 0": ({"version": 0}, "has no version -1"),
    "a time before the last event's": ({"recorded_at": datetime(2020, 1, 1, tzinfo=UTC)}, "recorded before"),
}


@pytest.mark.parametrize("case", FORGED)
async def test_an_event_that_was_put_in_with_all_its_hashes_right_is_still_judged(
    pool: asyncpg.Pool, log: Log, admin: asyncpg.Connection, case: str
) -> None:
    more, message = FORGED[case]
    last = await admin.fetchrow("SELECT * FROM event ORDER BY position DESC LIMIT 1")
    assert last is not None
    row = {
        **dict(last), "position": last["position"] + 1, "stream": mint("person"), "version": 1, "id": uuid.uuid4(),
        "salt": bytes(16), "payload": b'{"type":"person.created","name":"X"}', **more,
    }  # fmt: skip
    envelope = {name: row[name] for name in row if name in inspect.signature(leaf).parameters}
    envelope["payload_hash"] = payload_hash(row["salt"], row["payload"])
    row["leaf"] = leaf(**envelope)
    row["chain"] = link(last["chain"], row["leaf"])
    await admin.copy_records_to_table("event", columns=list(row), records=[list(row.values())])

    found = await damage(pool)
    await admin.execute("DELETE FROM event WHERE position = $1", row["position"])

    assert found.position == row["position"]
    assert message in str(found)


async def test_a_log_that_goes_on_growing_raises_no_false_alarm(pool: asyncpg.Pool, log: Log) -> None:
    stop = asyncio.Event()

    async def newsroom() -> None:
        while not stop.is_set():
            gone = await article(log, "comes and goes", note="noted")
            await people(log, 40)
            await redact(log, pool, gone, reason="a test", actor="operator")

    async def signer() -> None:
        while not stop.is_set():
            await Checkpointer(pool, KEY).make()

    busy = [asyncio.create_task(each()) for each in (newsroom, newsroom, signer)]
    events = [(await verify(pool)).events for _ in range(8)]
    stop.set()
    await asyncio.gather(*busy)

    assert events == sorted(events)
    assert events[-1] > events[0] + 100, "it was growing"
    assert (await verify(pool)).pending_contents == 0


async def test_the_log_is_whole_again_after_all_this(pool: asyncpg.Pool, log: Log) -> None:
    assert (await verify(pool, public_keys=[PUBLIC])).events == await log.head()
