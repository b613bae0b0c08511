"""The feed of Changes."""

from typing import Annotated

import msgspec
from litestar import Response, get
from litestar.params import Parameter

from projections.answering.impacts import Impact
from projections.model import Change
from service.bootstrap import House
from service.http.answers import answered
from service.http.asked import Moment
from service.http.contract import route
from service.http.parameters import change_id
from service.problems import Problem


class Changes(msgspec.Struct, kw_only=True):
    """Changes in order; `next` is what to give as `after` for those that follow, now or later."""

    changes: list[Change]
    next: str


@get("/v1/changes/{change:str}/impact", opt=route("read", Impact))
async def get_change_impact(house: House, fresh: Moment, change: str) -> Response[bytes]:
    """Which stored articles say of those whom a Change is about what the view no longer holds."""
    wanted = change_id(change, "change")
    assert wanted is not None
    found = await house.views.impact_of_change(wanted)
    if found is None:
        raise Problem("not-found", f"there is no change {change[:60]!r}", field="change")
    return answered(found)


@get(
    "/v1/changes",
    opt=route("read", Changes, leads={"get_change_impact": {"change": "/changes/0/id"}}),
)
async def get_changes(
    house: House,
    fresh: Moment,
    after: Annotated[str | None, Parameter(description="Change id behind which to go on.")] = None,
    post: Annotated[str | None, Parameter(description="Only those of this post (id).")] = None,
    limit: Annotated[
        int,
        Parameter(
            description="How many at most; events are never cut, so it may be a few more.", ge=1, le=1000
        ),
    ] = 100,
) -> Response[bytes]:
    """What events did to the views of posts, in order, never beyond what the views show."""
    start = change_id(after, "after")
    changes = await house.views.changes(start, limit, post)
    return answered(Changes(changes=changes, next=changes[-1].id if changes else after or "0.0"))
