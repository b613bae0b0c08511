"""Proofs: made from the log, checked without it."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import asyncpg
import msgspec
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from events.catalogue import PersonNamed
from events.chain import leaf
from events.checkpoint import Checkpoint, new_key, public_key, signed, signing_key
from events.checkpointing import Checkpointer, checkpoint_at, newest_checkpoint
from events.envelope import NewEvent
from events.ids import mint
from events.log import Log
from events.merkle import entry_hash, root_of_inclusion
from events.proof import Consistency, Envelope, Inclusion, ProofError, check, decode, encode
from events.proving import prove, prove_consistency
from tests.events.tampering import people, say
from tests.support.servers import Database

KEY = Ed25519PrivateKey.generate()
PUBLIC = KEY.public_key().public_bytes_raw()
SIZES = (1, 700, 1_024, 1_500, 5_000)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool(database: Database) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(database.database_url, min_size=1, max_size=5) as pool:
        yield pool


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def log(pool: asyncpg.Pool) -> AsyncIterator[Log]:
    """5,010 events, with a checkpoint at each of SIZES."""
    log, checkpointer = Log(pool), Checkpointer(pool, KEY)
    for before, size in zip((0, *SIZES), SIZES, strict=False):
        await people(log, size - before)
        made = await checkpointer.make()
        assert made is not None
        assert made.size == size
    await people(log, 10)
    yield log
    await log.close()


@pytest.mark.parametrize("position", [1, 2, 700, 1_023, 1_024, 1_025, 2_049, 4_096, 4_097, 4_999, 5_000])
async def test_an_event_is_proven_from_a_file_alone(pool: asyncpg.Pool, log: Log, position: int) -> None:
    proof = decode(encode(await prove(pool, position)))

    check(proof, [PUBLIC])

    assert isinstance(proof, Inclusion)
    recorded = (await log.read(position - 1, 1))[0]
    same = ("position", "stream", "version", "id", "recorded_at", "actor", "cause", "correlation")
    assert [getattr(proof.event, name) for name in same] == [getattr(recorded, name) for name in same]
    assert proof.checkpoint.size == 5_000


async def test_an_event_that_no_checkpoint_covers_yet_has_no_proof(pool: asyncpg.Pool, log: Log) -> None:
    with pytest.raises(ProofError, match="covers position 5001 yet"):
        await prove(pool, 5_001)
    with pytest.raises(ProofError, match="no event"):
        await prove(pool, 9_999)


async def test_an_event_with_a_cause_and_its_letters_is_proven(pool: asyncpg.Pool, log: Log) -> None:
    cause = (await log.read(0, 1))[0].id
    new = NewEvent(stream=mint("person"), event=PersonNamed(name="Ада Квист"))
    position = await say(log, new, cause=cause)
    checkpoint = await Checkpointer(pool, Ed25519PrivateKey.generate()).make()
    assert checkpoint is not None

    proof = await prove(pool, position)

    check(proof)
    assert proof.event.cause == cause
    with pytest.raises(ProofError, match="signed with another key"):
        check(proof, [PUBLIC])


@pytest.mark.parametrize("first", SIZES)
@pytest.mark.parametrize("second", SIZES)
async def test_of_two_checkpoints_the_later_is_proven_to_go_on_from_the_earlier(
    pool: asyncpg.Pool, log: Log, first: int, second: int
) -> None:
    proof = decode(encode(await prove_consistency(pool, first, second)))

    check(proof, [PUBLIC])

    assert isinstance(proof, Consistency)
    assert (proof.first.size, proof.second.size) == (min(first, second), max(first, second))
    assert len(encode(proof)) < 2_000


async def test_a_size_without_a_checkpoint_has_no_proof(pool: asyncpg.Pool, log: Log) -> None:
    with pytest.raises(ProofError, match="no checkpoint of 77"):
        await prove_consistency(pool, 77, 5_000)


ALTERATIONS = {
    "position": 699,
    "stream": "person-x",
    "version": 2,
    "id": uuid.UUID(int=7),
    "type": "person.named",
    "schema_version": 2,
    "recorded_at": datetime(2020, 1, 1, tzinfo=UTC),
    "actor": "somebody else",
    "correlation": uuid.UUID(int=7),
    "payload_hash": bytes(32),
    "cause": uuid.UUID(int=7),
}


@pytest.mark.parametrize("field", Envelope.__struct_fields__)
async def test_a_proof_of_an_envelope_that_was_altered_is_refused(
    pool: asyncpg.Pool, log: Log, field: str
) -> None:
    proof = await prove(pool, 700)
    event = msgspec.structs.replace(proof.event, **{field: ALTERATIONS[field]})

    with pytest.raises(ProofError, match="no such event"):
        check(msgspec.structs.replace(proof, event=event))


@pytest.mark.parametrize(
    ("field", "value"),
    [("size", 4_999), ("root", bytes(32)), ("chain", bytes(32)), ("signature", bytes(64)),
     ("recorded_at", datetime(2020, 1, 1, tzinfo=UTC)), ("public_key", bytes(31))],
)  # fmt: skip
async def test_a_proof_with_a_checkpoint_that_was_altered_is_refused(
    pool: asyncpg.Pool, log: Log, field: str, value: object
) -> None:
    proof = await prove(pool, 700)
    checkpoint = msgspec.structs.replace(proof.checkpoint, **{field: value})

    with pytest.raises(ProofError, match="signature"):
        check(msgspec.structs.replace(proof, checkpoint=checkpoint))


async def test_a_consistency_proof_of_a_rewritten_log_is_refused(pool: asyncpg.Pool, log: Log) -> None:
    proof = await prove_consistency(pool, 700, 5_000)
    forged = signed(KEY, size=700, root=bytes(32), chain=proof.first.chain, at=proof.first.recorded_at)

    with pytest.raises(ProofError, match="did not begin"):
        check(msgspec.structs.replace(proof, first=forged))
    with pytest.raises(ProofError, match="more events"):
        check(msgspec.structs.replace(proof, first=proof.second, second=proof.first))
    with pytest.raises(ProofError, match="whole hashes"):
        check(msgspec.structs.replace(proof, path=proof.path[:-1]))


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b'{"proof":"inclusion"}', b'{"proof":"other"}'])
def test_what_is_no_proof_is_refused(raw: bytes) -> None:
    with pytest.raises(ProofError, match="no proof"):
        decode(raw)


def test_a_proof_at_five_million_events_is_under_two_kilobytes() -> None:
    """The longest that there can be: every field as long as the service makes it, an actor of 200 characters."""
    size = 5_000_000
    event = Envelope(
        position=size // 2 + 1, stream=mint("organization"), version=size // 2, id=uuid.uuid4(),
        type="publisher.trust_changed", schema_version=1, recorded_at=datetime(2026, 3, 1, 1, 1, 1, 123456, UTC),
        actor="a" * 200, cause=uuid.uuid4(), correlation=uuid.uuid4(), payload_hash=bytes(range(32)),
    )  # fmt: skip
    steps = [n.to_bytes(32, "big") for n in range(23)]  # a tree of 2^22 < 5,000,000 <= 2^23 is 23 high
    own = entry_hash(leaf(**msgspec.structs.asdict(event)))
    root = root_of_inclusion(event.position - 1, size, own, steps)
    assert root is not None, "no proof at this size is longer"
    checkpoint = signed(KEY, size=size, root=root, chain=bytes(range(32)), at=datetime.now(UTC))
    proof = Inclusion(event=event, path=b"".join(steps), checkpoint=checkpoint)

    check(proof, [PUBLIC])
    print(f"{len(encode(proof))} bytes")
    assert len(encode(proof)) < 2_000

    longest = Consistency(first=checkpoint, second=checkpoint, path=b"".join([*steps, bytes(32)]))
    print(f"{len(encode(longest))} bytes")
    assert len(encode(longest)) < 2_000


async def test_a_second_checkpoint_of_the_same_log_is_not_made(pool: asyncpg.Pool, log: Log) -> None:
    await Checkpointer(pool, KEY).make()
    assert await Checkpointer(pool, KEY).make() is None


async def test_the_loop_makes_one_when_there_is_something_new(pool: asyncpg.Pool, log: Log) -> None:
    running = asyncio.create_task(Checkpointer(pool, KEY).run(every=100, seconds=0.2, poll=0.05))
    try:
        for count in (1, 250):
            last = await people(log, count)
            for _ in range(200):
                if await newest_checkpoint(pool, covering=last):
                    break
                await asyncio.sleep(0.02)
            else:
                pytest.fail("no checkpoint within four seconds")
        made: int = await pool.fetchval("SELECT count(*) FROM checkpoint")
        await asyncio.sleep(0.5)
        assert await pool.fetchval("SELECT count(*) FROM checkpoint") == made, "nothing new: no checkpoint"
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_a_checkpoint_reads_no_more_than_the_last_block_again(pool: asyncpg.Pool, log: Log) -> None:
    await people(log, 1_100)
    await Checkpointer(pool, KEY).make()
    kept = await pool.fetchval("SELECT max(number) + 1 FROM merkle_node WHERE level = 10")
    assert kept == await log.head() >> 10


async def test_the_database_refuses_a_checkpoint_of_another_chain(pool: asyncpg.Pool, log: Log) -> None:
    newest: Checkpoint | None = await checkpoint_at(pool, 700)
    assert newest is not None
    with pytest.raises(asyncpg.DataError):
        await pool.fetchval(
            "SELECT checkpoint_add($1, now(), $2, $3, $4, $5)",
            await log.head(), newest.root, bytes(32), newest.public_key, newest.signature,
        )  # fmt: skip


def test_keys_are_read_as_they_are_written() -> None:
    text = new_key()
    assert signing_key(text + "\n").public_key().public_bytes_raw() != public_key(text)
    for wrong in ("", "x", "AAAA", "é" * 44):
        with pytest.raises(ValueError, match="32 bytes"):
            signing_key(wrong)
