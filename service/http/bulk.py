"""Who holds many posts, in one request."""

import asyncio
from typing import Any

import msgspec
from litestar import Request, Response, post

from projections.model import HoldersAnswer
from service.bootstrap import House
from service.http.answers import JSON, encode
from service.http.asked import Moment
from service.http.contract import EXAMPLE_IDS, route
from service.http.editing_forms import read_form
from service.http.formats import DayText, InstantText, PositionNumber
from service.http.holding import holders_of
from service.http.parameters import day, known_position, position
from service.http.provided import wait_for
from service.problems import Problem

MOST_POSTS = 1_000


class BulkBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Which posts, on which day, as known when; without these, the last day turned, as known now."""

    posts: list[str]
    as_of: DayText | None = None
    known_at: InstantText | None = None
    at_position: PositionNumber | None = None
    min_position: PositionNumber | None = None


class BulkHolders(msgspec.Struct, kw_only=True):
    """An answer for each post in the order in which they were asked for, each once; and the ids that are none."""

    answers: list[HoldersAnswer]
    unknown: list[str]


@post(
    "/v1/bulk/holders",
    opt=route(
        "read",
        BulkHolders,
        takes=BulkBody,
        body={JSON: {"posts": [EXAMPLE_IDS["post"]]}},
        problems=("bad-date",),
    ),
    status_code=200,
)
async def post_bulk_holders(request: Request[Any, Any, Any], house: House) -> Response[bytes]:
    """Who holds each of up to 1,000 posts on a day, as known now or at an earlier moment. It only reads."""
    body = read_form(await request.body(), BulkBody)
    posts = list(dict.fromkeys(body.posts))
    if not posts or len(posts) > MOST_POSTS:
        raise Problem("unfit", f"ask for 1 to {MOST_POSTS} posts at a time, not {len(posts)}", field="posts")
    as_of = day(body.as_of, "as_of")
    at_least = position(body.min_position, "min_position") or 0
    await wait_for(house, at_least or None)
    moment = Moment(as_of, await known_position(house, body.known_at, body.at_position), at_least)
    found = (
        {each: house.memory.at_once(each, as_of, at_least) for each in posts} if moment.known is None else {}
    )
    missing = [each for each in posts if found.get(each) is None]
    answers = await asyncio.gather(*(holders_of(house, each, moment) for each in missing))
    found.update(zip(missing, answers, strict=True))
    bodies = [answer.body for each in posts if (answer := found[each]) is not None]
    unknown = [each for each in posts if found[each] is None]
    whole = b'{"answers":[' + b",".join(bodies) + b'],"unknown":' + encode(unknown) + b"}"
    return Response(whole, media_type=JSON)
