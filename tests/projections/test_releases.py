"""A better fold is an event: it counts from its position on, and what was served before is what known_at answers."""

from collections.abc import AsyncIterator, Iterable
from datetime import date
from random import Random

import asyncpg
import pytest
import pytest_asyncio
from msgspec.structs import replace

from events.catalogue import FoldReleased
from events.log import Log
from projections.fold.occupancy import DayView, on_day, turning_days
from projections.fold.rules import VERSIONS, Rules
from projections.fold.timeline import timeline
from projections.model import FoldClaim, HoldersAnswer, Membership, PostSettings
from projections.rebuilding import rebuild
from projections.views import Views
from tests.projections.conftest import projecting
from tests.projections.newsroom import Newsroom, Told
from tests.projections.replaying import Replayed
from tests.projections.test_projector import tell_at_random, until
from tests.projections.test_two_axes import DAYS
from tests.support.servers import Database, PostgresServer

FOLD = "fold-rules"


def without_mentions(claims: Iterable[FoldClaim], settings: PostSettings) -> tuple[Membership, ...]:
    """Another fold: only turns count."""
    return timeline((claim for claim in claims if claim.kind != "holds"), settings)


def impatient(settings: PostSettings) -> PostSettings:
    return replace(settings, fresh_for=20)


def on_day_impatiently(memberships: Iterable[Membership], settings: PostSettings, day: date) -> DayView:
    """Another view of a day: a word is forgotten sooner."""
    return on_day(memberships, impatient(settings), day)


def turning_impatiently(memberships: Iterable[Membership], settings: PostSettings) -> tuple[date, ...]:
    return turning_days(memberships, impatient(settings))


@pytest.fixture(autouse=True)
def versions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two more versions of the fold, in the registry where a release would put them."""
    monkeypatch.setitem(VERSIONS, 2, Rules(2, without_mentions, on_day, turning_days))
    monkeypatch.setitem(VERSIONS, 3, Rules(3, timeline, on_day_impatiently, turning_impatiently))


@pytest_asyncio.fixture
async def house(
    postgres: PostgresServer, template: Database
) -> AsyncIterator[tuple[asyncpg.Pool, Log, Views]]:
    """A database of its own for each test."""
    with postgres.database(template=template) as database:
        async with asyncpg.create_pool(database.database_url, min_size=1, max_size=8) as pool:
            log = Log(pool, poll=0.2)
            views = Views(pool, log)
            yield pool, log, views
            await views.close()
            await log.close()


async def test_for_each_version_stored_rows_answer_as_a_replay_does_at_every_position(
    pool: asyncpg.Pool, log: Log, database: Database, randomness: Random
) -> None:
    newsroom, views = Newsroom(log), Views(pool, log)
    marks: list[int] = []

    async def sometimes_release() -> None:
        version = {8: 2, 20: 3}.get(len(marks))  # these in any case, others at random
        if version is None and randomness.random() < 0.2:
            version = randomness.choice((1, 2, 3))
        if version is not None:
            await newsroom.say((FOLD, FoldReleased(version=version)))
        marks.append(newsroom.position)

    async with projecting(pool, log):
        await tell_at_random(newsroom, randomness, 30, then=sometimes_release)
        assert await views.wait_for(newsroom.position, 20)

    replayed, versions, compared = Replayed(), set(), 0
    events = await log.read(0, newsroom.position)
    for position in marks:
        replayed.add(each for each in events if each.position <= position)
        events = [each for each in events if each.position > position]
        versions.add(replayed.rules.version)
        for post in replayed.posts:
            known = await views.timeline(post, position)
            assert known is not None
            told = replayed.timeline(post)
            assert [(t.person, t.capacity, t.start, t.end, t.standing, t.first_attested, t.last_attested)
                    for t in known.memberships] == [
                (m.person, m.capacity, m.start, m.end, m.standing, m.first_attested, m.last_attested) for m in told
            ], (position, post)  # fmt: skip
            for day in DAYS:
                answer = await views.holders(post, day, position)
                assert answer is not None
                assert shown(answer) == shown_in(replayed.on_day(post, day)), (position, post, day)
                compared += 1
    await views.close()

    assert versions >= {2, 3}
    assert compared >= 300
    async with asyncpg.create_pool(database.admin_url, min_size=1, max_size=3) as owner:
        done = await rebuild(owner, log, mend=False)
    assert done.differences == ()
    assert done.position == newsroom.position


async def test_a_release_tells_only_the_posts_that_it_moves_as_recomputed(
    house: tuple[asyncpg.Pool, Log, Views],
) -> None:
    pool, log, views = house
    newsroom = Newsroom(log)
    async with projecting(pool, log):
        await newsroom.day("2024-03-02")
        ada, ben = await newsroom.person("Ada Quist"), await newsroom.person("Ben Osei")
        mentioned, appointed = await newsroom.post("mayor"), await newsroom.post("treasurer")
        paper = await newsroom.publisher("Ledger")
        await newsroom.article(
            paper, "2024-03-01", "News\nmayor Quist", Told("holds", ada, mentioned, "mayor Quist")
        )
        await newsroom.article(
            paper,
            "2024-03-01",
            "News\nOsei is appointed",
            Told("in", ben, appointed, "Osei is appointed"),
        )
        before = newsroom.position
        assert await views.wait_for(before, 10)
        served = await views.holders(mentioned, None, before)
        rows = await pool.fetchval("SELECT count(*) FROM membership")

        released = await newsroom.say((FOLD, FoldReleased(version=2)))
        assert await views.wait_for(released, 10)
        changes = await views.changes(after=(before, 1_000))
        now = await views.holders(mentioned)
        again = await views.holders(mentioned, None, before)
        same_rows = await pool.fetchval("SELECT count(*) FROM membership")
        back = await newsroom.say((FOLD, FoldReleased(version=1)))
        assert await views.wait_for(back, 10)
        restored = await views.holders(mentioned)

    assert [(each.post, each.kind, each.current_changed) for each in changes] == [
        (mentioned, "recomputed", True)
    ]
    assert changes[0].id == f"{released}.1"
    assert now is not None
    assert now.holders == ()
    assert served is not None
    assert served == again
    assert [holder.name for holder in served.holders] == ["Ada Quist"]
    assert rows == same_rows, "a holding that is no longer believed closes its row and opens none"
    assert restored is not None
    assert [holder.name for holder in restored.holders] == ["Ada Quist"]


async def test_a_version_that_only_a_later_release_knows_stops_the_projector_and_is_told(
    house: tuple[asyncpg.Pool, Log, Views],
) -> None:
    pool, log, _ = house
    newsroom = Newsroom(log)
    async with projecting(pool, log) as projector:
        await newsroom.say((FOLD, FoldReleased(version=99)))
        await newsroom.person("Ada Quist")
        await until(lambda: projector.stalled is not None and "fold 99 is unknown" in projector.stalled)
    assert await pool.fetchval("SELECT count(*) FROM person") == 0


def shown(answer: HoldersAnswer) -> tuple[object, ...]:
    held = [(each.person, each.capacity, each.certainty) for each in answer.holders]
    coming = [(each.person, each.incoming) for each in answer.incoming]
    return answer.occupancy, held, coming, answer.last_known_holder and answer.last_known_holder.person


def shown_in(view: DayView) -> tuple[object, ...]:
    held = [(each.person, each.capacity, "certain") for each in view.certain]
    held += [(each.person, each.capacity, "possible") for each in view.possible]
    coming = [(each.person, each.incoming) for each in view.incoming]
    return view.occupancy, held, coming, view.last_known and view.last_known.person
