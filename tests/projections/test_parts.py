"""What an event touches, folded alone, gives the rows and Changes that folding everything would give."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from random import Random

import asyncpg
import msgspec
import pytest
import pytest_asyncio

import projections
from events.catalogue import ArticleRead, ClaimsDecided, ClaimsResolved, ClaimsStated, DayTurned, from_builtin
from events.envelope import Recorded
from events.queries import queries
from projections.applying import apply
from projections.causes import cause_of
from projections.changes import ChangeContent, change
from projections.claims import accepted_claims, counted
from projections.days import today
from projections.due import Due, due_of
from projections.fold.order import in_order
from projections.fold.timeline import timeline
from projections.folding import known_posts
from projections.kinds import PostView
from projections.model import Change, Membership
from projections.parts import KnownPost
from projections.rebuilding import VIEWS
from projections.rows import NOW, stored
from projections.state import State, initial
from tests.projections.story import Story
from tests.support.servers import Database, PostgresServer

ACTS = 80
MEMBERSHIPS = queries(Path(projections.__file__).parent / "sql" / "memberships.sql")["memberships_of_posts"]
_changes = msgspec.json.Decoder(Change, dec_hook=from_builtin)


@pytest_asyncio.fixture
async def connection(postgres: PostgresServer, template: Database) -> AsyncIterator[asyncpg.Connection]:
    """A database of its own for each test."""
    with postgres.database(template=template) as database:
        connection = await asyncpg.connect(database.database_url)
        yield connection
        await connection.close()


class Whole:
    """The oracle: after each event every post is folded from everything that is told of it."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self.timelines: dict[str, tuple[Membership, ...]] = {}
        self.known: Mapping[str, KnownPost] = {}

    async def follow(
        self, recorded: Recorded, posts: Sequence[str], days: Mapping[str, date]
    ) -> dict[str, ChangeContent]:
        """Folds all posts after an event, and tells what changed where; `days` are those that the event met."""
        met, self.known = self.known, await known_posts(self._connection, posts)
        claims = await accepted_claims(
            self._connection, {post: known.zone for post, known in self.known.items()}
        )
        concerned = [(recorded.position, claim) for claim in claims_of(recorded)]
        touched = (await counted(self._connection, concerned)).get(recorded.position, {})
        told = {}
        for post, known in self.known.items():
            before = self.timelines.get(post, ())
            self.timelines[post] = timeline(claims[post], known.settings)
            settings_before = met[post].settings if post in met else known.settings
            if before == self.timelines[post] and settings_before == known.settings:
                continue
            own = touched[post].claims if post in touched else ()
            told_on = [claim.published for claim in claims[post] if claim.id in own and claim.published]
            day = today(known.zone, days, recorded.recorded_at)
            content = change(
                cause_of(recorded.event, own, max(told_on, default=None)),
                PostView(memberships=before, settings=settings_before, today=day),
                PostView(memberships=self.timelines[post], settings=known.settings, today=day),
            )
            if content is not None:
                told[post] = content
        return told

    def due(self, state: State, recorded: Recorded) -> set[Due]:
        """The days to come on which a post may turn by itself."""
        due = set[Due]()
        for post, known in self.known.items():
            day = today(known.zone, state.days, recorded.recorded_at)
            view = PostView(memberships=self.timelines[post], settings=known.settings, today=day)
            due.update(due_of(view, whole=True))
        return due


def claims_of(recorded: Recorded) -> list[str]:
    match recorded.event:
        case ArticleRead(claims=claims):
            return [claim.id for claim in claims]
        case ClaimsResolved(resolutions=resolutions):
            return [each.claim for each in resolutions]
        case ClaimsDecided(decisions=decisions):
            return [each.claim for each in decisions]
        case ClaimsStated(claims=stated, withdrawn=withdrawn, attested=attested):
            return [*(each.claim.id for each in stated), *withdrawn, *attested]
        case _:
            return []


async def stored_timelines(
    connection: asyncpg.Connection, posts: Sequence[str]
) -> dict[str, tuple[Membership, ...]]:
    """What a reader is given."""
    found: dict[str, list[Membership]] = {post: [] for post in posts}
    for row in await connection.fetch(MEMBERSHIPS, posts, NOW):
        found[row["post"]].append(stored(row).membership)
    return {post: in_order(each) for post, each in found.items()}


async def stored_changes(connection: asyncpg.Connection, position: int) -> dict[str, ChangeContent]:
    rows = await connection.fetch("SELECT body FROM change WHERE position = $1", position)
    changes = [_changes.decode(row["body"]) for row in rows]
    return {
        each.post: ChangeContent(**{name: getattr(each, name) for name in ChangeContent.__struct_fields__})
        for each in changes
    }


@pytest.mark.parametrize("persons", [4, 25])
async def test_after_every_event_rows_days_and_changes_are_those_of_folding_everything(
    connection: asyncpg.Connection, randomness: Random, persons: int
) -> None:
    story, whole = Story(connection, randomness, persons), Whole(connection)
    changes = 0

    for number in range(ACTS):
        for stream, event in story.openings() if number == 0 else story.next():
            days = story.state.days
            recorded = await story.apply(stream, event)
            told = await whole.follow(recorded, story.posts, days)

            assert await stored_timelines(connection, list(whole.known)) == whole.timelines, recorded
            due = {
                (row["post"], row["day"], row["person"])
                for row in await connection.fetch("SELECT * FROM due")
            }
            assert due == whole.due(story.state, recorded), recorded
            if not isinstance(event, DayTurned):
                assert await stored_changes(connection, recorded.position) == told, recorded
            changes += len(told)
    assert changes > ACTS / 2


async def every_row(connection: asyncpg.Connection) -> dict[str, list[str]]:
    rows = {table: await connection.fetch(f"SELECT t::text FROM {table} AS t") for table in VIEWS}
    return {table: sorted(row[0] for row in found) for table, found in rows.items()}


async def test_events_applied_in_batches_give_the_rows_of_one_after_the_other(
    connection: asyncpg.Connection, postgres: PostgresServer, template: Database, randomness: Random
) -> None:
    story = Story(connection, randomness, persons=40)
    for number in range(3 * ACTS):
        for stream, event in story.openings() if number == 0 else story.next():
            await story.apply(stream, event)

    with postgres.database(template=template) as database:
        other, state, start = await asyncpg.connect(database.database_url), initial(), 0
        while start < len(story.told):
            size = randomness.choice((1, 7, 150))
            async with other.transaction():
                state = await apply(other, story.told[start : start + size], state, quietly=True)
            start += size
        batched = await every_row(other)
        await other.close()

    one_by_one = await every_row(connection)
    assert len(one_by_one["change"]) > ACTS
    for table in VIEWS:
        assert batched[table] == one_by_one[table], table
