"""The real thing: every revision of a list of ministers is imported, and each is answered as it stood, for ever.

The suite takes a few revisions (some 30 s). INCUMBENT_REPLAY=all takes every one: `make replay`.
"""

import os
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from random import Random

import asyncpg
import msgspec
import pytest
import pytest_asyncio

from events.log import Log
from events.queries import queries
from events.sources.records import SourceFile
from events.sources.table import read_table
from projections.fold.leave import is_on_leave
from projections.fold.occupancy import on_day, turning_days
from projections.folding import known_post
from projections.model import Membership, PostSettings
from projections.projector import Projector
from projections.rows import stored
from projections.views import Views
from service.importing import BrokenFile, declare, import_file
from tests.projections.conftest import projecting
from tests.support import ifg
from tests.support.servers import Database

ALL = os.environ.get("INCUMBENT_REPLAY") == "all"
SAMPLED = ("ada6c60", "c2bb937", "92e2270")
PUBLISHER = "Institute for Government"
_MEMBERSHIPS = queries(Path(__file__).parents[2] / "projections" / "sql" / "memberships.sql")[
    "memberships_of_posts"
]

pytestmark = pytest.mark.slow


class Imported(msgspec.Struct, frozen=True):
    revision: ifg.Revision
    file: SourceFile
    position: int  # as of which the views show it


class World(msgspec.Struct, frozen=True):
    pool: asyncpg.Pool
    log: Log
    views: Views
    imported: Sequence[Imported]
    posts: Mapping[str, str]  # of the source: ours
    persons: Mapping[str, str]
    settings: Mapping[str, PostSettings]  # by our id
    seconds: float


@pytest.fixture(scope="module")
def folder(shared_data: Path) -> Path:
    return shared_data / "data" / "ifg"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(database: Database, folder: Path) -> AsyncIterator[World]:
    named, began, imported = ifg.names(folder), time.monotonic(), []
    async with asyncpg.create_pool(database.database_url, min_size=1, max_size=8) as pool:
        log = Log(pool, poll=0.2)
        views = Views(pool, log)
        async with projecting(pool, log) as projector:
            for revision in ifg.revisions(folder):
                if ALL or revision.commit in SAMPLED:
                    file = read_table(ifg.as_csv(revision, named), ifg.MAP)
                    position = await _import(log, pool, file, revision)
                    await _shown(views, projector, position)
                    imported.append(Imported(revision, file, position))
        rows = await pool.fetch("SELECT kind, record, entity FROM source_record WHERE entity IS NOT NULL")
        known = {
            kind: {row["record"]: row["entity"] for row in rows if row["kind"] == kind}
            for kind in ("post", "person")
        }
        settings = {}
        for post in known["post"].values():
            found = await known_post(pool, post)  # type: ignore[arg-type] # a pool asks as a connection does
            assert found is not None
            settings[post] = found.settings
        seconds = time.monotonic() - began
        yield World(pool, log, views, imported, known["post"], known["person"], settings, seconds)
        await views.close()
        await log.close()


async def test_each_revision_reads_for_ever_as_it_stood(world: World) -> None:
    asked = wrong = 0
    for each in world.imported:
        by_post: dict[str, list[ifg.Appointment]] = defaultdict(list)
        for appointment in each.revision.sound:
            by_post[appointment.post].append(appointment)
        timelines = await _timelines(world, each.position)
        for record, post in world.posts.items():
            memberships, rows = timelines.get(post, []), by_post.get(record, [])
            settings = world.settings[post]
            days = {day for row in rows for day in (row.start, row.end) if day is not None}
            # Between these neither the rows nor, by its own word, the view moves: so this is every day there is.
            latest = each.revision.recorded_at.date()
            days.update(day for day in turning_days(memberships, settings) if day <= latest)
            for day in days:
                asked += 1
                told = {
                    (world.persons[person], capacity, away)
                    for person, capacity, away in each.revision.holders(rows, day)
                }
                wrong += _holders(memberships, settings, day) != told
    print(
        f"\n{len(world.imported)} revisions, {asked} posts and days, {wrong} wrong; imported in {world.seconds:.0f} s"
    )

    assert wrong == 0
    assert asked > 5_000 * len(world.imported)


async def test_head_is_right_on_every_day_on_which_anything_moves_anywhere(
    world: World, folder: Path
) -> None:
    last = world.imported[-1]
    by_post: dict[str, list[ifg.Appointment]] = defaultdict(list)
    rows = ifg.head(folder).sound
    for appointment in rows:
        by_post[appointment.post].append(appointment)
    assert {msgspec.structs.astuple(row) for row in rows} == {
        msgspec.structs.astuple(row) for row in last.revision.sound
    }
    days = sorted({day for row in rows for day in (row.start, row.end) if day is not None})
    if not ALL:
        days = days[:: len(days) // 60]
    timelines = await _timelines(world, last.position)
    for record, post in world.posts.items():
        for day in days:
            told = {
                (world.persons[person], capacity, away)
                for person, capacity, away in last.revision.holders(by_post.get(record, []), day)
            }
            assert _holders(timelines.get(post, []), world.settings[post], day) == told, (post, day)
    print(f"\n{len(world.posts)} posts on {len(days)} days")


async def test_the_api_s_own_answer_is_the_same(world: World, randomness: Random) -> None:
    asked = 0
    for each in world.imported:
        for row in randomness.sample(each.revision.sound, 20 if not ALL else 10):
            others = [other for other in each.revision.sound if other.post == row.post]
            answer = await world.views.holders(world.posts[row.post], row.start, each.position)
            assert answer is not None
            told = {(holder.person, holder.capacity, holder.on_leave) for holder in answer.holders}
            assert told == {
                (world.persons[person], capacity, away)
                for person, capacity, away in each.revision.holders(others, row.start)
            }
            asked += 1
    assert asked >= 10 * len(world.imported)


async def test_a_law_officer_on_leave_and_who_acted_for_her_read_as_it_was(world: World) -> None:
    named = {row["id"]: row["name"] for row in await world.pool.fetch("SELECT id, name FROM person")}
    labels = await world.pool.fetch(
        "SELECT id, label FROM post WHERE label IN ('Attorney General', 'Solicitor General')"
    )
    ours = {row["id"]: row["label"] for row in labels}

    async def told(day: date) -> set[tuple[str, str, str, bool]]:
        found: set[tuple[str, str, str, bool]] = set()
        for post, label in ours.items():
            answer = await world.views.holders(post, day)
            assert answer is not None
            found.update((label, named[h.person], h.capacity, h.on_leave) for h in answer.holders)
        return found

    before, during, after = [
        await told(day) for day in (date(2021, 3, 1), date(2021, 3, 2), date(2021, 9, 11))
    ]
    assert ("Attorney General", "Suella Braverman", "substantive", True) in during
    assert ("Attorney General", "Michael Ellis", "acting", False) in during
    assert ("Solicitor General", "Lucy Frazer", "acting", False) in during
    assert during == await told(date(2021, 9, 9))
    assert ("Attorney General", "Suella Braverman", "substantive", False) in before & after


async def test_a_revision_imported_again_adds_nothing(world: World) -> None:
    last = world.imported[-1]

    assert await _import(world.log, world.pool, last.file, last.revision) == 0


async def test_rows_that_end_before_they_start_are_refused_by_line(world: World, folder: Path) -> None:
    """appointment.csv itself, and nothing of it is imported without --keep-going."""
    columns = {"id": "id", "person": "person_id", "post": "post_id", "start": "start_date", "end": "end_date"}
    content = (folder / "appointment.csv").read_bytes()
    file = read_table(content, columns)
    before = await world.log.head()

    with pytest.raises(BrokenFile):
        await import_file(
            world.log, world.pool, file, publisher="Nobody", actor="tests",
            declared=declare("Nobody", missing_end="current", as_of=date(2026, 6, 19)),
        )  # fmt: skip

    assert await world.log.head() == before
    lines = content.decode().splitlines()
    unsound = [each.id for each in ifg.head(folder).appointments if not each.is_sound]
    assert sorted(lines[broken.line - 1].split(",")[0] for broken in file.broken) == sorted(unsound)
    assert len(unsound) == 2


async def _import(log: Log, pool: asyncpg.Pool, file: SourceFile, revision: ifg.Revision) -> int:
    declared = declare(PUBLISHER, missing_end="current", as_of=revision.recorded_at.date())
    done = await import_file(
        log, pool, file, publisher=PUBLISHER, declared=declared, actor="tests", keep_going=True
    )
    return done.position


async def _shown(views: Views, projector: Projector, position: int) -> None:
    for _ in range(600):
        if await views.wait_for(position, 0.5):
            return
        assert projector.stalled is None, projector.stalled
    raise AssertionError(f"position {position} was not projected in time")


async def _timelines(world: World, position: int) -> Mapping[str, list[Membership]]:
    found: dict[str, list[Membership]] = defaultdict(list)
    for row in await world.pool.fetch(_MEMBERSHIPS, list(world.posts.values()), position):
        found[row["post"]].append(stored(row).membership)
    return found


def _holders(
    memberships: Sequence[Membership], settings: PostSettings, day: date
) -> set[tuple[str, str, bool]]:
    view = on_day(memberships, settings, day)
    return {(each.person, each.capacity, is_on_leave(each, day)) for each in (*view.certain, *view.possible)}
