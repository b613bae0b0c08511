"""Is it alive, and can it answer."""

import asyncpg
import msgspec
from litestar import Response, get

from service.bootstrap import House
from service.http.answers import answered
from service.http.contract import route
from service.problems import KINDS, Problem

_FRESH = {"Cache-Control": "no-store"}


class Live(msgspec.Struct, kw_only=True):
    status: str = "alive"


class ProblemKind(msgspec.Struct, kw_only=True):
    """What all problems of a type have in common."""

    status: int
    title: str
    remedy: str


class Ready(msgspec.Struct, kw_only=True):
    """`lag`: events that the views do not show yet."""

    status: str
    position: int
    lag: int


@get("/health/live", opt=route(None, Live))
async def get_live() -> Response[bytes]:
    """Answers as long as the process runs."""
    return answered(Live(), headers=_FRESH)


@get("/health/ready", opt=route(None, Ready))
async def get_ready(house: House) -> Response[bytes]:
    """200 when the database answers and the projector goes on; else 503 and why."""
    try:
        head, watermark = await house.log.head(), await house.views.watermark()
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        raise Problem("not-ready", "the database does not answer", headers={"Retry-After": "2"}) from None
    if house.projector.stalled is not None:
        detail = f"the views stand still: {house.projector.stalled}"
        raise Problem("not-ready", detail, headers={"Retry-After": "5"})
    return answered(Ready(status="ready", position=watermark, lag=head - watermark), headers=_FRESH)


@get("/problems/{kind:str}", opt=route(None, ProblemKind))
async def get_problem(kind: str) -> Response[bytes]:
    """What a problem's type means, and what to do about it."""
    known = KINDS.get(kind)
    if known is None:
        raise Problem("not-found", f"there is no problem type {kind[:60]!r}")
    return answered(ProblemKind(status=known.status, title=known.title, remedy=known.remedy))
