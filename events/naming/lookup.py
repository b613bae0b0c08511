"""Asks the register what a resolution needs: a few indexed look-ups for a whole article."""

import asyncio
from collections.abc import Sequence

from events.catalogue import Claim
from events.naming.resolve import Known, questions
from events.register import KnownPerson, Register


async def look_up(register: Register, claims: Sequence[Claim]) -> Known:
    """The persons, organizations and posts that the claims may mean, and the people of those posts."""
    asked = questions(claims)
    persons, organizations = await asyncio.gather(
        register.persons(asked.persons), register.organizations(asked.organizations)
    )
    posts = await register.posts(asked.posts, [organization.id for organization in organizations])
    holders = await register.holders([post.id for post in posts]) if posts else ()
    everyone: dict[str, KnownPerson] = {person.id: person for person in (*persons, *holders)}
    return Known(persons=tuple(everyone.values()), organizations=tuple(organizations), posts=tuple(posts))
