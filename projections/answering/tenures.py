"""Timelines of posts and of persons: memberships with names and evidence."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import asyncpg

from events.queries import queries
from projections.answering.answers import PersonAnswer, Tenure, TimelineAnswer
from projections.answering.holders import predecessor
from projections.answering.quoting import change_id, post_summary, quoted_claims
from projections.fold.order import in_order
from projections.fold.predecessor import predecessors
from projections.model import Membership
from projections.rows import stored

_HERE = Path(__file__).parent.parent / "sql"
_SQL = queries(_HERE / "views.sql")
_POST, _POSTS = (queries(_HERE / "holders.sql")[name] for name in ("post", "posts"))
_MEMBERSHIPS = queries(_HERE / "memberships.sql")


async def timeline_of(pool: asyncpg.Pool, post: str, at_position: int | None) -> TimelineAnswer | None:
    """All memberships of a post as known at a position (None: now); None where no such post was known then."""
    row = await pool.fetchrow(_POST, post, at_position)
    if row is None:
        return None
    position = row["watermark"] if at_position is None else at_position
    rows = await pool.fetch(_MEMBERSHIPS["memberships_of_posts"], [post], position)
    return TimelineAnswer(
        post=post_summary(row),
        at_position=at_position,
        memberships=await _tenures(pool, rows, rows, position),
        change=change_id(row["change_position"], row["change_ordinal"]),
    )


async def person_of(pool: asyncpg.Pool, person: str, at_position: int | None) -> PersonAnswer | None:
    """A person and all their memberships as known at a position (None: now); None where the person is unknown."""
    row = await pool.fetchrow(_SQL["person"], person, at_position)
    if row is None:
        return None
    position = row["watermark"] if at_position is None else at_position
    rows = await pool.fetch(_MEMBERSHIPS["memberships_of_person"], person, position)
    posts = sorted({each["post"] for each in rows})
    beside = await pool.fetch(_MEMBERSHIPS["memberships_of_posts"], posts, position)
    return PersonAnswer(
        id=row["id"],
        name=row["name"],
        names=tuple(row["names"]),
        at_position=at_position,
        memberships=await _tenures(pool, rows, beside, position),
    )


async def _tenures(
    pool: asyncpg.Pool, rows: Sequence[asyncpg.Record], beside: Sequence[asyncpg.Record], position: int
) -> tuple[Tenure, ...]:
    """Those of the rows; `beside` are all of their posts."""
    names = {row["person"]: row["name"] for row in (*beside, *rows)}
    before = predecessors(stored(row).membership for row in beside)
    return await tenures(pool, in_order(stored(row).membership for row in rows), names, position, before)


async def tenures(
    pool: asyncpg.Pool,
    memberships: Sequence[Membership],
    names: Mapping[str, str | None],
    position: int,
    before: Mapping[Membership, Membership],
) -> tuple[Tenure, ...]:
    """The memberships with the names of their persons and posts, and their claims as known at the position.

    `before` gives the one that each followed, as far as it is to be told.
    """
    quoted = await quoted_claims(pool, [each.claims for each in memberships], position)
    posts = {
        row["id"]: post_summary(row)
        for row in await pool.fetch(_POSTS, sorted({each.post for each in memberships}), position)
    }
    return tuple(
        Tenure(
            post=posts[each.post],
            person=each.person,
            name=names.get(each.person) or each.person,
            capacity=each.capacity,
            start=each.start,
            end=each.end,
            reason=each.reason,
            standing=each.standing,
            checked_by=each.checked_by,
            first_attested=each.first_attested,
            last_attested=each.last_attested,
            incoming=each.incoming,
            announced=each.announced,
            claims=claims,
            on_leave=each.on_leave,
            succeeds=predecessor(before.get(each), names),
        )
        for each, claims in zip(memberships, quoted, strict=True)
    )
