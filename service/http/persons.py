"""Persons and organizations, and what is held by them or in them."""

from typing import Annotated

import msgspec
from litestar import Response, get
from litestar.params import Parameter

from projections.answering.answers import OrganizationHolders, PersonAnswer, PersonHoldings
from service.bootstrap import House
from service.http.answers import answered
from service.http.asked import Moment
from service.http.contract import route
from service.http.paging import Paging
from service.problems import Problem


@get("/v1/persons/{person:str}", opt=route("read", PersonAnswer, also={308: None}))
async def get_person(house: House, belief: Moment, person: str) -> Response[bytes]:
    """A person, every spelling of the name, and all memberships. Now, one who was merged is found at the other."""
    if moved := await _moved(house, belief, person, ""):
        return moved
    found = await house.views.person(person, belief.known)
    if found is None:
        raise _unknown("person", person)
    return answered(found)


@get("/v1/persons/{person:str}/memberships", opt=route("read", PersonHoldings, also={308: None}))
async def get_memberships(house: House, moment: Moment, person: str) -> Response[bytes]:
    """What the person holds, or is about to hold, on a day, as known now or at an earlier moment."""
    if moved := await _moved(house, moment, person, "/memberships"):
        return moved
    found = await house.views.person_holdings(person, moment.as_of, moment.known)
    if found is None:
        raise _unknown("person", person)
    return answered(found)


@get("/v1/organizations/{organization:str}/holders", opt=route("read", OrganizationHolders))
async def get_organization_holders(
    house: House,
    moment: Moment,
    organization: str,
    paging: Paging,
    limit: Annotated[int, Parameter(description="How many posts at most.", ge=1, le=200)] = 100,
) -> Response[bytes]:
    """Who holds each post of the organization on a day, as known now or at an earlier moment."""
    (after,) = paging.at(str) or ("",)
    found = await house.views.organization_holders(organization, moment.as_of, moment.known, after, limit)
    if found is None:
        raise _unknown("organization", organization)
    last = (found.next,) if found.next else None
    page = msgspec.structs.replace(found, next=paging.next(last))
    return answered(page, headers=paging.headers(last))


async def _moved(house: House, moment: Moment, person: str, rest: str) -> Response[bytes] | None:
    """308 to the one into whom a person was merged; None where nobody was, or an earlier moment is asked for."""
    if moment.known is not None:
        return None
    into = (await house.views.merged_into([person])).get(person)
    return Response(b"", status_code=308, headers={"Location": f"/v1/persons/{into}{rest}"}) if into else None


def _unknown(kind: str, given: str) -> Problem:
    return Problem("not-found", f"there is no {kind} {given[:60]!r}, or none was known then", field=kind)
