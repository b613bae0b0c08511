"""The same question from the other sides: what a person holds, and who holds the posts of an organization."""

from datetime import date
from pathlib import Path

import asyncpg

from events.queries import queries
from projections.answering.answers import OrganizationHolders, PersonHoldings, PostHolding
from projections.answering.holders import holders_of_posts, posts_of_organization
from projections.model import Holder, HoldersAnswer

_HERE = Path(__file__).parent.parent / "sql"
_PERSON = queries(_HERE / "views.sql")["person"]
_MEMBERSHIPS = queries(_HERE / "memberships.sql")["memberships_of_person"]


async def person_holdings(
    pool: asyncpg.Pool, person: str, as_of: date | None, at_position: int | None
) -> PersonHoldings | None:
    """What the person holds on a day (None: the last one turned) as known at a position (None: now).

    Each as the post itself would tell it. None where no such person was known then.
    """
    row = await pool.fetchrow(_PERSON, person, at_position)
    if row is None:
        return None
    position = row["watermark"] if at_position is None else at_position
    rows = await pool.fetch(_MEMBERSHIPS, person, position)
    answers = await holders_of_posts(pool, sorted({each["post"] for each in rows}), as_of, position)
    return PersonHoldings(
        id=row["id"],
        name=row["name"],
        as_of=as_of,
        at_position=at_position,
        memberships=tuple(
            PostHolding(post=answer.post, as_of=answer.as_of, holder=holder)
            for answer in answers
            for holder in _everyone(answer)
            if holder.person == person
        ),
    )


async def organization_holders(
    pool: asyncpg.Pool, organization: str, as_of: date | None, at_position: int | None, after: str, limit: int
) -> OrganizationHolders | None:
    """Who holds at most `limit` of the organization's posts behind one; None where it was not known then."""
    found = await posts_of_organization(pool, organization, at_position, after, limit)
    if found is None:
        return None
    name, posts = found
    answers = await holders_of_posts(pool, posts, as_of, at_position)
    return OrganizationHolders(
        id=organization,
        name=name,
        at_position=at_position,
        posts=tuple(answers),
        next=posts[-1] if len(posts) == limit else None,
    )


def _everyone(answer: HoldersAnswer) -> tuple[Holder, ...]:
    return (*answer.holders, *answer.incoming)
