"""Redaction on the log: what is named goes, nothing else does, and a crash in between loses nothing."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import msgspec
import pytest
import pytest_asyncio

from events.catalogue import (
    ArticleRead,
    ArticleReceived,
    Claim,
    ClaimsSubmitted,
    ContentRedacted,
)
from events.envelope import NewContent, NewEvent
from events.ids import derived
from events.log import Log
from events.redaction import NothingToRedact, carry_out, carry_out_all, redact, redactions
from events.verify import verify
from tests.events.tampering import article, say
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


async def texts(pool: asyncpg.Pool, words: str) -> int:
    """How many contents hold the words."""
    rows = await pool.fetch("SELECT FROM content WHERE position($1::bytea IN body) > 0", words.encode())
    return len(rows)


async def recorded_only(log: Log, stream: str) -> int:
    """A redaction that was recorded by one who died before anything was deleted."""
    received = (await log.read_stream(stream))[0].event
    assert isinstance(received, ArticleReceived)
    reason = NewContent(body=b"a court order", media_type="text/plain")
    event = ContentRedacted(contents=(received.text.hash, received.original.hash), reason=reason.ref)
    return await say(log, NewEvent(stream=stream, event=event), contents=(reason,))


async def test_every_text_of_the_article_goes_and_those_of_others_stay(pool: asyncpg.Pool, log: Log) -> None:
    gone = await article(log, "alpha resigns", note="alpha called")
    await article(log, "alpha resigns, others say", article=gone)
    stays = await article(log, "beta resigns", note="beta called")

    done = await redact(log, pool, gone, reason="a court order", actor="operator ada")

    assert (done.stream, done.contents) == (gone, 5)
    assert (await texts(pool, "alpha"), await texts(pool, "beta")) == (0, 3)
    recorded = (await log.read_stream(gone))[-1]
    assert (recorded.position, recorded.actor) == (done.position, "operator ada")
    assert isinstance(recorded.event, ContentRedacted)
    assert await log.content(recorded.event.reason) == b"a court order"
    assert await log.content(recorded.event.reason) is not None
    assert (done.position, gone) in await redactions(pool, 0, 2**62)
    assert stays != gone
    assert (await verify(pool)).pending_contents == 0


async def test_the_notes_on_corrections_of_its_claims_go_with_an_article(
    pool: asyncpg.Pool, log: Log
) -> None:
    """A correction stands on the stream of the claim that it corrects."""
    gone = await article(log, "kappa resigns")
    claim = Claim(id=derived("claim", gone, "kappa"), kind="out", person="Kappa", post="mayor")
    other = Claim(id=derived("claim", "another", "kappa"), kind="out", person="Kappa", post="mayor")
    await say(log, NewEvent(stream=gone, event=ArticleRead(version=1, extractor="test/1", claims=(claim,))))
    for each in (claim, other):
        note = NewContent(body=f"kappa says of {each.id}".encode(), media_type="text/plain")
        correction = msgspec.structs.replace(each, id=derived("claim", each.id, "corrected"))
        submitted = ClaimsSubmitted(claims=(correction,), note=note.ref, supersedes=each.id)
        await say(log, NewEvent(stream=each.id, event=submitted), contents=(note,))

    assert (await redact(log, pool, gone, reason="a court order", actor="operator")).contents == 3

    assert await texts(pool, "kappa") == 1, "that of the other article's claim"
    assert (await redact(log, pool, other.id, reason="a court order", actor="operator")).contents == 1
    assert await texts(pool, "kappa") == 0


async def test_what_comes_later_is_gone_only_by_a_later_redaction(pool: asyncpg.Pool, log: Log) -> None:
    gone = await article(log, "gamma resigns")
    await redact(log, pool, gone, reason="one", actor="operator")
    with pytest.raises(NothingToRedact, match="gone already"):
        await redact(log, pool, gone, reason="one", actor="operator")
    await article(log, "gamma again", article=gone)
    assert await texts(pool, "gamma") == 2

    assert (await redact(log, pool, gone, reason="two", actor="operator")).contents == 2

    assert await texts(pool, "gamma") == 0


async def test_an_article_that_there_is_not_cannot_be_redacted(pool: asyncpg.Pool, log: Log) -> None:
    head = await log.head()
    with pytest.raises(NothingToRedact, match="knows no"):
        await redact(log, pool, "article-unknown", reason="x", actor="operator")
    assert await log.head() == head


async def test_a_version_that_comes_in_at_the_same_moment_goes_too_or_stands_behind(
    pool: asyncpg.Pool, log: Log
) -> None:
    gone = await article(log, "delta resigns")

    await asyncio.gather(
        *(article(log, f"delta again {n}", article=gone) for n in range(5)),
        redact(log, pool, gone, reason="a court order", actor="operator"),
    )

    stream = await log.read_stream(gone)
    at = next(r.version for r in stream if isinstance(r.event, ContentRedacted))
    for recorded in stream:
        if isinstance(recorded.event, ArticleReceived):
            stands = await log.content(recorded.event.text) is not None
            assert stands == (recorded.version > at)


async def test_two_at_once_record_it_once(pool: asyncpg.Pool, log: Log) -> None:
    gone = await article(log, "epsilon resigns")

    both = await asyncio.gather(
        *(redact(log, pool, gone, reason="x", actor="operator") for _ in range(2)), return_exceptions=True
    )

    assert await texts(pool, "epsilon") == 0
    stream = await log.read_stream(gone)
    assert 1 <= sum(isinstance(r.event, ContentRedacted) for r in stream) <= 2
    assert any(not isinstance(each, BaseException) for each in both)


async def test_who_died_between_recording_and_deleting_is_taken_up_by_the_next(
    pool: asyncpg.Pool, log: Log
) -> None:
    gone = await article(log, "zeta resigns")
    position = await recorded_only(log, gone)
    assert await texts(pool, "zeta") == 2
    assert (await verify(pool)).pending_contents == 2, "told, and no damage"

    assert [await carry_out(pool, position) for _ in range(2)] == [2, 0]

    assert await texts(pool, "zeta") == 0
    assert (await verify(pool)).pending_contents == 0

    again = await article(log, "eta resigns")
    await recorded_only(log, again)
    assert [await carry_out_all(pool) for _ in range(2)] == [2, 0]


async def test_nothing_is_deleted_that_no_redaction_names(pool: asyncpg.Pool, log: Log) -> None:
    stands = await article(log, "theta resigns")
    position = (await log.read_stream(stands))[0].position

    assert await carry_out(pool, position) == 0
    assert await carry_out(pool, 10**9) == 0

    assert await texts(pool, "theta") == 2


async def test_a_redaction_reaches_nothing_that_comes_after_it(pool: asyncpg.Pool, log: Log) -> None:
    """Whoever may append could else arrange for later texts to vanish."""
    gone = await article(log, "iota resigns")
    later = NewContent(body=b"iota later", media_type="text/plain")
    reason = NewContent(body=b"iota reason", media_type="text/plain")
    event = ContentRedacted(contents=(later.hash.hex(), reason.hash.hex()), reason=reason.ref)
    position = await say(log, NewEvent(stream=gone, event=event), contents=(reason,))
    received = ArticleReceived(
        version=2, uri="x", publisher="publisher-x", text=later.ref, original=later.ref, title_length=0
    )
    await say(log, NewEvent(stream=gone, event=received), contents=(later,))

    assert await carry_out(pool, position) == 0

    assert await texts(pool, "iota") == 4
