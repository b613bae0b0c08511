"""The fold of one post, stored: its claims become memberships, rows and links move, and a Change tells what did."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from itertools import count
from pathlib import Path

import msgspec

from events.envelope import Recorded
from events.queries import queries
from projections.causes import cause_of
from projections.changes import ChangeContent, change
from projections.claims import accepted_claims
from projections.connection import Connection
from projections.fold.order import in_order
from projections.fold.rules import Rules
from projections.kinds import PostView
from projections.model import FoldClaim, PostSettings
from projections.rows import NOW, Stored, columns, stored
from projections.settings import settings_of
from projections.storing import Writes, writes

_SQL = queries(Path(__file__).parent / "sql" / "memberships.sql")


class KnownPost(msgspec.Struct, frozen=True):
    """A post's settings and the time zone in which its days turn."""

    settings: PostSettings
    zone: str


class Fold(msgspec.Struct, frozen=True):
    """A post to be folded anew after an event.

    `touched` are the claims of the event that count, or counted, for this post; `settings_before` and `rules_before`
    those that the event met, where it alters them.
    """

    known: KnownPost
    today: date
    rules: Rules
    touched: Collection[str] = ()
    settings_before: PostSettings | None = None
    rules_before: Rules | None = None

    @property
    def post(self) -> str:
        return self.known.settings.post


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


async def refold(
    connection: Connection, folds: Sequence[Fold], recorded: Recorded, ids: Iterator[int]
) -> list[tuple[str, ChangeContent]]:
    """Folds posts anew after an event, stores what moved, and says of each post what that was, in their order.

    However many posts an event touches, they are read and written together: an import may touch hundreds.
    """
    posts = {fold.post: fold.known.zone for fold in folds}
    stored_before: dict[str, list[Stored]] = {post: [] for post in posts}
    for row in await connection.fetch(_SQL["memberships_of_posts"], list(posts), NOW):
        stored_before[row["post"]].append(stored(row))
    claims = await accepted_claims(connection, posts)
    todo, due, told = Writes(), dict[str, list[date]](), list[tuple[str, ChangeContent]]()
    for fold in folds:
        before, own = stored_before[fold.post], claims[fold.post]
        view_before, view_after = _views(fold, before, own)
        published = {claim.id: claim.published for claim in own}
        todo += writes(before, view_after.memberships, published, recorded.position, ids)
        if (days := _due(view_after)) != _due(view_before):
            due[fold.post] = days
        told_on = [day for claim in fold.touched if (day := published.get(claim)) is not None]
        cause = cause_of(recorded.event, fold.touched, told_on=max(told_on, default=None))
        if content := change(cause, view_before, view_after):
            told.append((fold.post, content))
    if folds:
        await _store(connection, todo, recorded.position, folds[0].rules)
    if due:
        await connection.execute(_SQL["clear_due"], list(due))
        await connection.executemany(
            _SQL["insert_due"], [(day, post) for post, days in due.items() for day in days]
        )
    return told


def _views(fold: Fold, before: Sequence[Stored], claims: Sequence[FoldClaim]) -> tuple[PostView, PostView]:
    settings = fold.known.settings
    view_before = PostView(
        memberships=in_order(each.membership for each in before),
        settings=fold.settings_before or settings,
        today=fold.today,
        rules=fold.rules_before or fold.rules,
    )
    return view_before, PostView(
        memberships=fold.rules.timeline(claims, settings),
        settings=settings,
        today=fold.today,
        rules=fold.rules,
    )


async def turn_day(
    connection: Connection, fold: Fold, yesterday: date, recorded: Recorded
) -> ChangeContent | None:
    """What the turn of a day does to a post by itself."""
    rows = await connection.fetch(_SQL["memberships_of_posts"], [fold.post], NOW)
    memberships = in_order(stored(row).membership for row in rows)
    await connection.execute(_SQL["forget_due"], fold.post, fold.today)
    before = PostView(
        memberships=memberships, settings=fold.known.settings, today=yesterday, rules=fold.rules
    )
    return change(cause_of(recorded.event), before, msgspec.structs.replace(before, today=fold.today))


async def _store(connection: Connection, todo: Writes, position: int, rules: Rules) -> None:
    if todo.closed:
        await connection.execute(_SQL["close_memberships"], todo.closed, position)
    if todo.opened:
        await connection.executemany(
            _SQL["insert_membership"],
            [(key, position, rules.version, *columns(membership)) for key, membership in todo.opened],
        )
    if todo.unlinked:
        await connection.executemany(
            _SQL["close_link"], [(key, claim, position) for key, claim in todo.unlinked]
        )
    if todo.linked:
        await connection.executemany(
            _SQL["insert_link"],
            [(link.membership, position, link.claim, link.attested) for link in todo.linked],
        )


def _due(view: PostView) -> list[date]:
    return [day for day in view.rules.turning_days(view.memberships, view.settings) if day > view.today]
