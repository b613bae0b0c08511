"""Folds, stored: what an event touches is folded anew, rows and links move, and a Change tells what that did."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import count
from pathlib import Path

import msgspec

from events.envelope import Recorded
from events.queries import queries
from projections.causes import cause_of
from projections.changes import ChangeContent, change
from projections.claims import Counted
from projections.connection import Connection, write
from projections.due import Due, due_of, store_due
from projections.fold.order import in_order
from projections.fold.rules import Rules
from projections.kinds import Cause, PostView, days_asked
from projections.model import Membership, PostSettings
from projections.parts import KnownPost, Part, all_memberships, touched_parts, whole_posts
from projections.rows import columns
from projections.settings import settings_of
from projections.storing import Writes, writes
from projections.surroundings import Asked, others

_SQL = queries(Path(__file__).parent / "sql" / "memberships.sql")


class Fold(msgspec.Struct, frozen=True):
    """A post to be folded anew after an event.

    `touched` are the claims of the event that count, or counted, for this post; None: it touches the whole post.
    `settings_before` and `rules_before` are those that the event met, where it alters them.
    """

    recorded: Recorded
    known: KnownPost
    today: date
    rules: Rules
    touched: Counted | None = None
    settings_before: PostSettings | None = None
    rules_before: Rules | None = None

    @property
    def post(self) -> str:
        return self.known.id

    @property
    def whole(self) -> bool:
        return self.touched is None or not self.rules.in_parts

    @property
    def claims(self) -> Collection[str]:
        return self.touched.claims if self.touched else ()

    @property
    def altered(self) -> bool:
        """Whether the post may be seen otherwise though its memberships are the same."""
        return (self.settings_before or self.known.settings, self.rules_before or self.rules) != (
            self.known.settings,
            self.rules,
        )

    def before(self, memberships: Iterable[Membership]) -> PostView:
        return PostView(
            memberships=in_order(memberships),
            settings=self.settings_before or self.known.settings,
            today=self.today,
            rules=self.rules_before or self.rules,
        )

    def after(self, memberships: Iterable[Membership]) -> PostView:
        return PostView(
            memberships=in_order(memberships),
            settings=self.known.settings,
            today=self.today,
            rules=self.rules,
        )


async def known_posts(connection: Connection, posts: Sequence[str]) -> dict[str, KnownPost]:
    """The posts as they are set now, by id; those that no event has opened are left out."""
    rows = await connection.fetch(_SQL["post_settings"], posts)
    return {row["id"]: KnownPost(settings_of(row), row["zone"]) for row in rows}


async def known_post(connection: Connection, post: str) -> KnownPost | None:
    """The post as it is set now; None where no event has opened it."""
    return (await known_posts(connection, [post])).get(post)


def membership_ids(position: int) -> Iterator[int]:
    """Ids for the memberships that the event at the position opens; the same on every replay of the log."""
    return (position * 2**20 + ordinal for ordinal in count())


class Told(msgspec.Struct, frozen=True):
    """What an event changed in the view of a post."""

    recorded: Recorded
    post: str
    content: ChangeContent


async def refold(
    connection: Connection, folds: Sequence[Fold], ids: Mapping[int, Iterator[int]]
) -> list[Told]:
    """Folds what events touch of some posts, stores what moved, and says of each post what that was, in order.

    However many posts events touch, they are read and written together, each post once. `ids` gives each event those
    of the memberships that it opens.
    """
    known = [fold.known for fold in folds if not fold.whole]
    touched = {fold.post: fold.touched for fold in folds if fold.touched is not None}
    parts = await whole_posts(connection, [(fold.known, fold.rules) for fold in folds if fold.whole])
    parts |= await touched_parts(connection, known, touched)
    todo: list[tuple[Fold, Writes]] = []
    due_before, due_after = set[Due](), set[Due]()
    moved: list[tuple[Fold, Part, Cause]] = []
    for fold in folds:
        part, position = parts[fold.post], fold.recorded.position
        todo.append((fold, writes(part.before, part.after, part.published, position, ids[position])))
        if part.moved or fold.altered:
            due_before.update(due_of(fold.before(part.memberships_before), whole=part.whole))
            due_after.update(due_of(fold.after(part.after), whole=part.whole))
            told_on = [day for claim in fold.claims if (day := part.published.get(claim)) is not None]
            cause = cause_of(fold.recorded.event, fold.claims, max(told_on, default=None))
            moved.append((fold, part, cause))
    await _store(connection, todo)
    await store_due(connection, due_before, due_after)
    return await _told(connection, moved)


async def turn_day(connection: Connection, fold: Fold, yesterday: date) -> ChangeContent | None:
    """What the turn of a day does to a post by itself."""
    after = fold.after(await all_memberships(connection, fold.post))
    await connection.execute(_SQL["forget_due"], fold.post, fold.today)
    return change(cause_of(fold.recorded.event), msgspec.structs.replace(after, today=yesterday), after)


async def _told(connection: Connection, moved: Sequence[tuple[Fold, Part, Cause]]) -> list[Told]:
    """The Changes of the posts."""
    beside = await others(
        connection,
        [
            Asked(
                fold.known.settings,
                part.persons,
                part.memberships_before,
                part.after,
                days_asked(cause, part.gained, fold.today),
            )
            for fold, part, cause in moved
            if not part.whole
        ],
    )
    told = []
    for fold, part, cause in moved:
        rest = beside.get(fold.post, ())
        before, after = fold.before((*part.memberships_before, *rest)), fold.after((*part.after, *rest))
        if content := change(cause, before, after):
            told.append(Told(fold.recorded, fold.post, content))
    return told


async def _store(connection: Connection, todo: Sequence[tuple[Fold, Writes]]) -> None:
    for statement, rows in (
        ("close_memberships", [(key, fold.recorded.position) for fold, each in todo for key in each.closed]),
        (
            "insert_membership",
            [
                (key, fold.recorded.position, fold.rules.version, *columns(membership))
                for fold, each in todo
                for key, membership in each.opened
            ],
        ),
        (
            "close_link",
            [(key, claim, fold.recorded.position) for fold, each in todo for key, claim in each.unlinked],
        ),
        (
            "insert_link",
            [
                (link.membership, fold.recorded.position, link.claim, link.attested)
                for fold, each in todo
                for link in each.linked
            ],
        ),
    ):
        await write(connection, _SQL[statement], rows)
