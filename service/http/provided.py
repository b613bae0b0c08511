"""What handlers are given."""

from typing import Any

from litestar import Request

from service.bootstrap import House
from service.http.gate import Caller
from service.http.parameters import position
from service.http.shown import until_shown
from service.keys import Key
from service.problems import Problem


async def house_of(request: Request[Any, Any, Any]) -> House:
    house = request.app.state.house
    assert isinstance(house, House)
    return house


def key_of(request: Request[Any, Any, Any]) -> Key:
    """The key of the caller whom the gate admitted."""
    caller = request.state.caller
    assert isinstance(caller, Caller)
    return caller.key


async def wait_for(house: House, min_position: int | None) -> None:
    """Waits until the views show a position that the client has from a write. Raises Problem (400, 422, 503)."""
    least = position(min_position, "min_position")
    if least is None or await house.views.wait_for(least, 0):
        return
    if least > (head := await house.log.head()):
        raise Problem(
            "unfit",
            f"no write has answered with position {least}: the log ends at {head}",
            field="min_position",
        )
    await until_shown(house, least, "min_position")
