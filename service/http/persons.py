"""Persons and organizations, and what is held by them or in them."""

from typing import Annotated

from litestar import Response, get
from litestar.params import Parameter

from service.bootstrap import House
from service.http.answers import answered
from service.http.parameters import day, known_position
from service.http.posts import AsOf, AtPosition, KnownAt, MinPosition
from service.http.provided import wait_for
from service.problems import Problem


@get("/v1/persons/{person:str}", opt={"scope": "read"})
async def get_person(
    house: House,
    person: str,
    known_at: KnownAt = None,
    at_position: AtPosition = None,
    min_position: MinPosition = None,
) -> Response[bytes]:
    """A person, every spelling of the name, and all memberships."""
    known = await known_position(house, known_at, at_position)
    await wait_for(house, min_position)
    found = await house.views.person(person, known)
    if found is None:
        raise _unknown("person", person)
    return answered(found)


@get("/v1/persons/{person:str}/memberships", opt={"scope": "read"})
async def get_memberships(
    house: House,
    person: str,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    at_position: AtPosition = None,
    min_position: MinPosition = None,
) -> Response[bytes]:
    """What the person holds, or is about to hold, on a day, as known now or at an earlier moment."""
    when, known = day(as_of, "as_of"), await known_position(house, known_at, at_position)
    await wait_for(house, min_position)
    found = await house.views.person_holdings(person, when, known)
    if found is None:
        raise _unknown("person", person)
    return answered(found)


@get("/v1/organizations/{organization:str}/holders", opt={"scope": "read"})
async def get_organization_holders(
    house: House,
    organization: str,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    at_position: AtPosition = None,
    after: Annotated[str, Parameter(description="`next` of the page before")] = "",
    limit: Annotated[int, Parameter(ge=1, le=200)] = 100,
    min_position: MinPosition = None,
) -> Response[bytes]:
    """Who holds each post of the organization on a day, as known now or at an earlier moment."""
    when, known = day(as_of, "as_of"), await known_position(house, known_at, at_position)
    await wait_for(house, min_position)
    found = await house.views.organization_holders(organization, when, known, after, limit)
    if found is None:
        raise _unknown("organization", organization)
    return answered(found)


def _unknown(kind: str, given: str) -> Problem:
    return Problem("not-found", f"there is no {kind} {given[:60]!r}, or none was known then", field=kind)
