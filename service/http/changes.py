"""The Changes: as a cursor feed, and as a stream."""

from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from litestar import Request, Response, get
from litestar.params import Parameter
from litestar.types import ASGIApp

from projections.answering.impacts import Impact
from projections.model import Change, ChangeId
from service.bootstrap import House
from service.feeds.following import id_of
from service.feeds.pages import page
from service.feeds.stream import ChangeStream
from service.feeds.wanted import BadFilter, Wanted, wanted
from service.http.answers import answered
from service.http.asked import Moment
from service.http.contract import route
from service.http.formats import CHANGE, KINDS, TYPES, ids
from service.http.gate import ANONYMOUS
from service.http.parameters import change_id
from service.http.provided import key_of
from service.problems import Problem
from service.sse import MEDIA_TYPE


def _with(about: str, schema: dict[str, Any]) -> Any:
    return Parameter(description=about, schema_extra=schema)


After = Annotated[str | None, _with("Change id behind which to go on.", CHANGE)]
Posts = Annotated[str | None, _with("Only those of these posts: ids with commas.", ids("post"))]
Persons = Annotated[str | None, _with("Only those about these persons: ids with commas.", ids("person"))]
Organizations = Annotated[
    str | None,
    _with("Only those of posts of these organizations: ids with commas.", ids("organization")),
]
Kinds = Annotated[str | None, _with("Only of these kinds: appointed,left_office and so on.", KINDS)]
Types = Annotated[
    str | None, _with("Only of these types: holder.changed, holder.announced, timeline.amended.", TYPES)
]


class Changes(msgspec.Struct, kw_only=True):
    """Changes in order; `next` is what to give as `after` for those that follow, now or later.

    `more`: there may be some already, even where this page holds few or none.
    """

    changes: list[Change]
    next: str
    more: bool


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
    request: Request[Any, Any, Any],
    house: House,
    fresh: Moment,
    after: After = None,
    post: Posts = None,
    person: Persons = None,
    organization: Organizations = None,
    kind: Kinds = None,
    type: Types = None,
    limit: Annotated[
        int,
        Parameter(
            description="How many at most; events are never cut, so it may be a few more.", ge=1, le=1000
        ),
    ] = 100,
) -> Response[bytes]:
    """What events did to the views of posts, in order, never beyond what the views show."""
    asked = _wanted(post, person, organization, kind, type)
    start = change_id(after, "after") or (0, 0)
    found = await page(house.views, asked, start, limit)
    changes = [each.change for each in found.changes]
    return answered(
        Changes(changes=changes, next=id_of(found.next), more=found.more),
        headers={"Link": _links(request, id_of(found.next) if found.more else None)},
    )


@get("/v1/changes/stream", opt=route("read", {MEDIA_TYPE: str}))
async def get_change_stream(
    request: Request[Any, Any, Any],
    house: House,
    after: After = None,
    post: Posts = None,
    person: Persons = None,
    organization: Organizations = None,
    kind: Kinds = None,
    type: Types = None,
) -> ASGIApp:
    """The same as server-sent events, without an end.

    It begins now, or behind the id in the header `Last-Event-ID`, else in `after`. Each event's `data` is a Change and
    its `id` the Change's; events without data only move the id.
    """
    asked = _wanted(post, person, organization, kind, type)
    last, field = request.headers.get("last-event-id"), "Last-Event-ID"
    if not last:
        last, field = after, "after"
    start = await _start(house, change_id(last, field), field)
    key = None if (caller := key_of(request)) is ANONYMOUS else caller.id
    if (why := house.follower.refusal(key)) is not None:
        raise Problem("not-ready", why, headers={"Retry-After": "5"})
    return ChangeStream(house.follower, asked, start, key)


def _links(request: Request[Any, Any, Any], following: str | None) -> str:
    """Link headers. A change id is known to everybody who was told of the change, so nothing is signed here."""
    query = [(name, value) for name, value in request.query_params.multi_items() if name != "after"]
    links = [("first", query)]
    if following is not None:
        links.append(("next", [*query, ("after", following)]))
    return ", ".join(f'</v1/changes?{urlencode(each)}>; rel="{name}"' for name, each in links)


async def _start(house: House, after: ChangeId | None, field: str) -> ChangeId:
    """Where a stream begins: behind all that the views show, or at an id, which must not lie ahead of that."""
    end = (await house.views.watermark() + 1, 0)
    if after is not None and after > end:
        detail = (
            f"the change {id_of(after)} lies ahead: the views show everything up to position {end[0] - 1}"
        )
        raise Problem("unfit", detail, field=field)
    return after or end


def _wanted(
    post: str | None, person: str | None, organization: str | None, kind: str | None, type: str | None
) -> Wanted:
    try:
        return wanted(post=post, person=person, organization=organization, kind=kind, type=type)
    except BadFilter as error:
        raise Problem("bad-request", str(error), field=error.field) from None
