"""Is it alive, and can it answer."""

import asyncpg
import msgspec
from litestar import Response, get

from service.bootstrap import House
from service.http.answers import answered
from service.problems import KINDS, Problem


class Ready(msgspec.Struct, kw_only=True):
    """`lag`: events that the views do not show yet."""

    status: str
    position: int
    lag: int


@get("/health/live", opt={"scope": None})
async def get_live() -> dict[str, str]:
    """Answers as long as the process runs."""
    return {"status": "alive"}


@get("/health/ready", opt={"scope": None})
async def get_ready(house: House) -> Response[bytes]:
    """200 when the database answers and the projector goes on; else 503 and why."""
    try:
        head, watermark = await house.log.head(), await house.views.watermark()
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        raise Problem("not-ready", "the database does not answer", headers={"Retry-After": "2"}) from None
    if house.projector.stalled is not None:
        detail = f"the views stand still: {house.projector.stalled}"
        raise Problem("not-ready", detail, headers={"Retry-After": "5"})
    return answered(Ready(status="ready", position=watermark, lag=head - watermark))


@get("/problems/{kind:str}", opt={"scope": None})
async def get_problem(kind: str) -> dict[str, str | int]:
    """What a problem's type means, and what to do about it."""
    known = KINDS.get(kind)
    if known is None:
        raise Problem("not-found", f"there is no problem type {kind[:60]!r}")
    return {"status": known.status, "title": known.title, "remedy": known.remedy}
