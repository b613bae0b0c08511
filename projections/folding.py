"""The fold of one post, stored: its claims become memberships, rows and links move, and a Change tells what did."""

from collections.abc import Collection, Iterator
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
from projections.fold.occupancy import turning_days
from projections.fold.order import in_order
from projections.fold.timeline import timeline
from projections.kinds import PostView
from projections.model import PostSettings
from projections.rows import NOW, columns, stored
from projections.settings import settings_of
from projections.storing import Writes, writes

FOLD_VERSION = 1  # of the rules by which claims become memberships

_SQL = queries(Path(__file__).parent / "sql" / "memberships.sql")


class KnownPost(msgspec.Struct, frozen=True):
    """A post's settings and the time zone in which its days turn."""

    settings: PostSettings
    zone: str


async def known_post(connection: Connection, post: str) -> KnownPost | None:
    """The post as it is set now; None where no event has opened it."""
    row = await connection.fetchrow(_SQL["post_settings"], post)
    if row is None:
        return None
    return KnownPost(settings_of(row), row["zone"])


def membership_ids(position: int) -> Iterator[int]:
    """Ids for the memberships that the event at the position opens; the same on every replay of the log."""
    return (position * 2**20 + ordinal for ordinal in count())


async def refold(
    connection: Connection,
    known: KnownPost,
    today: date,
    recorded: Recorded,
    touched: Collection[str],
    ids: Iterator[int],
    settings_before: PostSettings | None = None,
) -> ChangeContent | None:
    """Folds the post anew after an event, stores what moved, and says what that was.

    `touched` are the claims of the event that count, or counted, for this post; `settings_before` those that an
    event about settings met, where it differs.
    """
    settings = known.settings
    rows = await connection.fetch(_SQL["memberships_of_posts"], [settings.post], NOW)
    before = [stored(row) for row in rows]
    claims = await accepted_claims(connection, settings.post, known.zone)
    view_before = PostView(
        memberships=in_order(each.membership for each in before),
        settings=settings_before or settings,
        today=today,
    )
    view_after = PostView(memberships=timeline(claims, settings), settings=settings, today=today)
    published = {claim.id: claim.published for claim in claims}
    todo = writes(before, view_after.memberships, published, recorded.position, ids)
    await _store(connection, todo, recorded.position)
    await _store_due(connection, view_before, view_after)
    told = [day for claim in touched if (day := published.get(claim)) is not None]
    cause = cause_of(recorded.event, touched, told_on=max(told, default=None))
    return change(cause, view_before, view_after)


async def turn_day(
    connection: Connection, known: KnownPost, yesterday: date, today: date, recorded: Recorded
) -> ChangeContent | None:
    """What the turn of a day does to a post by itself."""
    rows = await connection.fetch(_SQL["memberships_of_posts"], [known.settings.post], NOW)
    memberships = in_order(stored(row).membership for row in rows)
    await connection.execute(_SQL["forget_due"], known.settings.post, today)
    before = PostView(memberships=memberships, settings=known.settings, today=yesterday)
    return change(cause_of(recorded.event), before, msgspec.structs.replace(before, today=today))


async def _store(connection: Connection, todo: Writes, position: int) -> None:
    if todo.closed:
        await connection.execute(_SQL["close_memberships"], todo.closed, position)
    if todo.opened:
        await connection.executemany(
            _SQL["insert_membership"],
            [(key, position, FOLD_VERSION, *columns(membership)) for key, membership in todo.opened],
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


async def _store_due(connection: Connection, before: PostView, after: PostView) -> None:
    """Keeps the days to come on which the post's answer may change by itself."""
    old, new = _due(before), _due(after)
    if old != new:
        await connection.execute(_SQL["clear_due"], after.settings.post)
        await connection.executemany(_SQL["insert_due"], [(day, after.settings.post) for day in new])


def _due(view: PostView) -> list[date]:
    return [day for day in turning_days(view.memberships, view.settings) if day > view.today]
