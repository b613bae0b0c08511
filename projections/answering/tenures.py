"""Timelines of posts and of persons: memberships with names and evidence."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import asyncpg
from msgspec.structs import replace

from events.queries import queries
from projections.answering.answers import Drawn, PersonAnswer, Tenure, TimelineAnswer, TimelineOn
from projections.answering.holders import predecessor
from projections.answering.quoting import change_id, post_summary, quoted_claims
from projections.days import known_days, today
from projections.fold.order import in_order
from projections.fold.predecessor import predecessors
from projections.fold.presence import Presence
from projections.fold.rules import FIRST, rules_of
from projections.fold.spans import vacancies
from projections.model import Certainty, Membership
from projections.rows import stored
from projections.settings import settings_of

_HERE = Path(__file__).parent.parent / "sql"
_SQL = queries(_HERE / "views.sql")
_POSTS = queries(_HERE / "holders.sql")["posts"]
_MEMBERSHIPS = queries(_HERE / "memberships.sql")


async def timeline_of(pool: asyncpg.Pool, post: str, at_position: int | None) -> TimelineAnswer | None:
    """All memberships of a post as known at a position (None: now); None where no such post was known then."""
    row = await pool.fetchrow(_POSTS, [post], [at_position])
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


async def timeline_on(
    pool: asyncpg.Pool, post: str, as_of: date | None, at_position: int | None
) -> TimelineOn | None:
    """The same with what is said of a day (None: the last one turned); None where no such post was known then."""
    row = await pool.fetchrow(_POSTS, [post], [at_position])
    if row is None:
        return None
    position = row["watermark"] if at_position is None else at_position
    rows = await pool.fetch(_MEMBERSHIPS["memberships_of_posts"], [post], position)
    memberships = in_order(stored(each).membership for each in rows)
    names = {each["person"]: each["name"] for each in rows}
    shown = await tenures(pool, memberships, names, position, predecessors(memberships))
    settings, rules = settings_of(row), rules_of(row["fold"] or FIRST)
    day = as_of or today(row["zone"], known_days(row), datetime.now(UTC))
    view = rules.on_day(memberships, settings, day)
    certainty: dict[Membership, Certainty] = dict.fromkeys(view.possible, "possible")
    certainty |= dict.fromkeys(view.certain, "certain")
    for each in view.incoming:
        certainty[replace(each, incoming=None) if each.incoming == "appointed" else each] = "incoming"
    return TimelineOn(
        post=post_summary(row),
        as_of=day,
        at_position=at_position,
        occupancy=view.occupancy,
        complete=view.complete,
        memberships=tuple(
            Drawn(
                tenure=tenure,
                certain=Presence(each, settings.fresh_for).certain,
                certainty=certainty.get(each),
            )
            for each, tenure in zip(memberships, shown, strict=True)
        ),
        vacancies=vacancies(
            memberships, settings, day, rules.on_day, rules.turning_days(memberships, settings)
        ),
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
    ids = sorted({each.post for each in memberships})
    posts = {row["id"]: post_summary(row) for row in await pool.fetch(_POSTS, ids, [position] * len(ids))}
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
