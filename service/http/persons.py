"""Persons and what they hold."""

from litestar import Response, get

from service.bootstrap import House
from service.http.answers import answered
from service.http.parameters import position
from service.http.provided import wait_for
from service.problems import Problem


@get("/v1/persons/{person:str}", opt={"scope": "read"})
async def get_person(
    house: House, person: str, at_position: int | None = None, min_position: int | None = None
) -> Response[bytes]:
    """A person, every spelling of the name, and all memberships."""
    await wait_for(house, min_position)
    found = await house.views.person(person, position(at_position, "at_position"))
    if found is None:
        raise Problem("not-found", f"there is no person {person[:60]!r}", field="person")
    return answered(found)
