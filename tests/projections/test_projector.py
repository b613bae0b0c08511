"""The projector: exact over restarts, with rivals, and where an event cannot be read."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from random import Random

import asyncpg
import pytest_asyncio

from events.catalogue import Claim, ReviewState
from events.dates import PartialDate
from events.log import Log
from projections.projector import Projector
from projections.views import Views
from tests.projections.conftest import projecting
from tests.projections.newsroom import Newsroom, Told
from tests.support.servers import Database, PostgresServer

KINDS = ("in", "out", "holds", "elected")
TABLES = (
    "person", "person_name", "person_key", "organization", "organization_name", "post", "post_setting", "post_token",
    "publisher",
    "article", "article_uri", "article_version", "claim", "claim_resolution", "claim_decision",
    "membership", "membership_claim", "due", "touch", "change", "day_turned", "cursor",
)  # fmt: skip


async def nothing() -> None:
    pass


async def tell_at_random(
    newsroom: Newsroom, randomness: Random, articles: int, then: Callable[[], Awaitable[None]] = nothing
) -> None:
    """Articles about a few persons in a few posts, some withdrawn later, with a day that turns now and then."""
    people = [await newsroom.person(name) for name in ("Ada Quist", "Ben Osei", "Cora Lindt", "Dai Pugh")]
    posts = [
        await newsroom.post(label, seats=1, seats_basis="editor") for label in ("mayor", "treasurer")
    ] + [await newsroom.post("deputy mayor")]
    papers = [await newsroom.publisher(name) for name in ("Ledger", "Wire")]
    claims: list[tuple[str, Claim]] = []
    await newsroom.day("2024-01-01")
    for number in range(articles):
        day = randomness.randrange(1, 28)
        told = {
            (person, post): Told(
                randomness.choice(KINDS), person, post, "so it was said",
                {"date": PartialDate.parse(f"2024-02-{randomness.randrange(1, 28):02}")}
                if randomness.random() < 0.7 else {},
            )
            for person, post in (
                (randomness.choice(people), randomness.choice(posts)) for _ in range(randomness.randrange(1, 4))
            )
        }  # fmt: skip
        text = f"News {number}\nso it was said"
        state: ReviewState = "accepted" if randomness.random() < 0.9 else "proposed"
        article = await newsroom.article(
            randomness.choice(papers), f"2024-01-{day:02}", text, *told.values(), state=state
        )
        claims += [(article, newsroom.claim(article, each, text)) for each in told.values()]
        if randomness.random() < 0.2:
            article, claim = randomness.choice(claims)
            again: ReviewState = randomness.choice(("withdrawn", "accepted", "rejected"))
            await newsroom.say((article, newsroom.decided(again, claim)))
        if randomness.random() < 0.2:
            await newsroom.day(f"2024-{randomness.randrange(1, 4):02}-{day:02}")
        await then()


async def contents(pool: asyncpg.Pool) -> dict[str, list[str]]:
    """Every row of the views, as text, in order."""
    rows = {}
    for table in TABLES:
        found = await pool.fetch(
            f"SELECT t::text FROM {table} AS t WHERE t::text NOT SIMILAR TO '[(](desk|redaction),%'"
        )
        rows[table] = sorted(row[0] for row in found)
    return rows


@pytest_asyncio.fixture
async def house(postgres: PostgresServer, template: Database) -> AsyncIterator[tuple[asyncpg.Pool, Log]]:
    """A database of its own for each test."""
    with postgres.database(template=template) as database:
        async with asyncpg.create_pool(database.database_url, min_size=1, max_size=12) as pool:
            log = Log(pool, poll=0.2)
            yield pool, log
            await log.close()


async def caught_up(pool: asyncpg.Pool, log: Log, position: int) -> None:
    views = Views(pool, log)
    try:
        assert await views.wait_for(position, 20)
    finally:
        await views.close()


async def projected_from_zero(pool: asyncpg.Pool, log: Log, position: int) -> dict[str, list[str]]:
    """What a projector that starts with empty views makes of the same log."""
    for table in TABLES:
        await pool.execute(f"DELETE FROM {table}")
    await pool.execute("INSERT INTO cursor (name, position) VALUES ('projector', 0)")
    async with projecting(pool, log):
        await caught_up(pool, log, position)
    return await contents(pool)


async def test_a_replay_from_zero_gives_the_same_rows_as_following(
    house: tuple[asyncpg.Pool, Log], randomness: Random
) -> None:
    pool, log = house
    newsroom = Newsroom(log)
    async with projecting(pool, log):
        await tell_at_random(newsroom, randomness, 40)
        await caught_up(pool, log, newsroom.position)
    followed = await contents(pool)

    replayed = await projected_from_zero(pool, log, newsroom.position)

    assert len(followed["change"]) > 20
    assert replayed == followed


async def test_projectors_that_are_killed_at_any_moment_lose_and_repeat_nothing(
    house: tuple[asyncpg.Pool, Log], randomness: Random
) -> None:
    pool, log = house
    newsroom = Newsroom(log)

    async def killed_again_and_again() -> None:
        while True:
            running = asyncio.create_task(Projector(pool, log, batch=7, retry=0.01).run(asyncio.Event()))
            try:
                await asyncio.sleep(randomness.uniform(0.01, 0.15))
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)

    killer = asyncio.create_task(killed_again_and_again())
    try:
        await tell_at_random(newsroom, randomness, 30)
    finally:
        killer.cancel()
        await asyncio.gather(killer, return_exceptions=True)
    async with projecting(pool, log):
        await caught_up(pool, log, newsroom.position)
    survived = await contents(pool)

    assert survived == await projected_from_zero(pool, log, newsroom.position)


async def test_a_lost_connection_is_a_new_lease(house: tuple[asyncpg.Pool, Log], database: Database) -> None:
    pool, log = house
    newsroom = Newsroom(log)
    async with projecting(pool, log) as projector:
        await newsroom.person("Ada Quist")
        await caught_up(pool, log, newsroom.position)
        admin = await asyncpg.connect(database.admin_url)
        try:
            gone = await admin.fetch(
                "SELECT pg_terminate_backend(l.pid) FROM pg_locks AS l"
                " WHERE l.locktype = 'advisory' AND l.objid = 3 AND l.granted"
            )
        finally:
            await admin.close()

        await until(lambda: projector.stalled is not None)
        await until(lambda: projector.leads and projector.stalled is None)
        await newsroom.person("Ben Osei")
        await caught_up(pool, log, newsroom.position)

        assert len(gone) >= 1
        assert projector.leads
        assert await pool.fetchval("SELECT count(*) FROM person") == 2


async def test_of_two_projectors_one_stands_by_and_takes_over(house: tuple[asyncpg.Pool, Log]) -> None:
    pool, log = house
    newsroom = Newsroom(log)
    async with projecting(pool, log) as second:
        async with projecting(pool, log) as first:
            for name in ("Ada Quist", "Ben Osei", "Cora Lindt"):
                await newsroom.person(name)
            await caught_up(pool, log, newsroom.position)
            assert [first.leads, second.leads].count(True) == 1
            assert first.stalled is None
            assert second.stalled is None
        await newsroom.person("Dai Pugh")
        await caught_up(pool, log, newsroom.position)

        assert second.leads
    assert await pool.fetchval("SELECT count(*) FROM person") == 4


async def test_an_event_that_cannot_be_read_stops_it_there_and_is_told(
    house: tuple[asyncpg.Pool, Log],
) -> None:
    pool, log = house
    newsroom = Newsroom(log)
    await newsroom.person("Ada Quist")
    await append_unreadable(pool)
    await newsroom.person("Ben Osei")

    async with projecting(pool, log) as projector:
        await caught_up(pool, log, 1)
        await until(lambda: projector.stalled is not None)
        assert projector.stalled is not None
        assert "position 2" in projector.stalled
        assert projector.watermark == 1
        assert await pool.fetchval("SELECT array_agg(name) FROM person") == ["Ada Quist"]


async def test_a_day_that_turns_tells_who_took_office_and_once_only(
    house: tuple[asyncpg.Pool, Log],
) -> None:
    pool, log = house
    newsroom, views = Newsroom(log), Views(pool, log)
    async with projecting(pool, log):
        await newsroom.day("2024-03-01")
        ada, mayor = await newsroom.person("Ada Quist"), await newsroom.post("mayor", seats=1)
        paper = await newsroom.publisher("Ledger")
        first_of_april = {"date": PartialDate.parse("2024-04-01")}
        await newsroom.article(
            paper,
            "2024-03-01",
            "Quist\nwill be mayor from April",
            Told("in", ada, mayor, "mayor", first_of_april),
        )
        assert await views.wait_for(newsroom.position, 10)
        before = await views.holders(mayor)
        told = len(await views.changes(post=mayor))

        await newsroom.day("2024-03-31")
        await newsroom.day("2024-04-01")
        await newsroom.day("2024-04-02")
        assert await views.wait_for(newsroom.position, 10)
        changes = (await views.changes(post=mayor))[told:]
        after = await views.holders(mayor)
    await views.close()

    assert before is not None
    assert after is not None
    assert [holder.name for holder in before.incoming] == ["Ada Quist"]
    assert before.holders == ()
    assert [change.kind for change in changes] == ["took_office"]
    assert changes[0].current_changed
    assert [holder.name for holder in after.holders] == ["Ada Quist"]


async def test_an_attestation_that_moves_nothing_writes_a_link_and_no_membership(
    house: tuple[asyncpg.Pool, Log],
) -> None:
    pool, log = house
    newsroom, views = Newsroom(log), Views(pool, log)
    async with projecting(pool, log):
        ada, mayor = await newsroom.person("Ada Quist"), await newsroom.post("mayor")
        paper = await newsroom.publisher("Ledger")
        for day in ("2024-03-01", "2024-03-02", "2024-03-05"):
            await newsroom.article(paper, day, "News\nmayor Quist", Told("holds", ada, mayor, "mayor Quist"))
        assert await views.wait_for(newsroom.position, 10)
        timeline = await views.timeline(mayor)
    await views.close()

    assert timeline is not None
    assert [str(each.last_attested) for each in timeline.memberships] == ["2024-03-05"]
    assert await pool.fetchval("SELECT count(*) FROM membership") == 1
    assert await pool.fetchval("SELECT count(*) FROM membership_claim") == 3


async def test_a_withdrawn_claim_takes_its_membership_along_but_not_from_what_was_known(
    house: tuple[asyncpg.Pool, Log],
) -> None:
    pool, log = house
    newsroom, views = Newsroom(log), Views(pool, log)
    async with projecting(pool, log):
        await newsroom.day("2024-03-02")
        ada, mayor = await newsroom.person("Ada Quist"), await newsroom.post("mayor")
        paper, told = await newsroom.publisher("Ledger"), Told("holds", ada, mayor, "mayor Quist")
        article = await newsroom.article(paper, "2024-03-01", "News\nmayor Quist", told)
        known = newsroom.position
        claim = newsroom.claim(article, told, "mayor Quist")
        await newsroom.say((article, newsroom.decided("withdrawn", claim)))
        assert await views.wait_for(newsroom.position, 10)

        now, then = await views.holders(mayor), await views.holders(mayor, None, known)
        changes = await views.changes(post=mayor)
    await views.close()

    assert now is not None
    assert then is not None
    assert now.holders == ()
    assert [holder.name for holder in then.holders] == ["Ada Quist"]
    assert [claim.review_state for claim in then.holders[0].claims] == ["accepted"]
    assert changes[-1].kind == "retracted"


async def append_unreadable(pool: asyncpg.Pool) -> None:
    """An event of a type that only a later release knows."""
    await pool.execute(
        """SELECT * FROM log_append(
            actors => ARRAY['tester'], event_ends => ARRAY[1],
            names => ARRAY['person-later'], streams => ARRAY[1], ids => ARRAY[gen_random_uuid()],
            types => ARRAY['person.sainted'], schema_versions => ARRAY[1::smallint],
            salted => ARRAY['0123456789abcdef{}'::bytea])"""
    )


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while True:
            if condition():
                return
            await asyncio.sleep(0.01)
