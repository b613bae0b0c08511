"""Posts and who holds them."""

from datetime import date
from typing import Annotated

import msgspec
from litestar import Response, get
from litestar.params import Parameter

from projections.answering.answers import BoardRow, PostMatch, TimelineAnswer
from projections.answering.belief import BeliefDiff
from projections.memory import Answer
from projections.model import HoldersAnswer, PostSummary
from service.bootstrap import House
from service.http.answers import answered, holders_answered
from service.http.asked import Moment
from service.http.contract import route
from service.http.holding import holders_of
from service.http.parameters import moment_or_position
from service.problems import Problem

_MAX_WORDS = 300

_EXAMPLE = {"post": "deputy defence minister", "as_of": "2022-09-23"}
_OF_ANSWER = {
    "get_timeline": {"post": "/answer/post/id"},
    "get_person": {"person": "/answer/holders/0/person"},
    "get_claim": {"claim": "/answer/holders/0/claims/0/id"},
}
_OF_POSTS = {
    name: {"post": "/posts/0/post/id"} for name in ("get_post", "get_holders", "get_timeline", "get_settings")
}


class WhoAnswer(msgspec.Struct, kw_only=True):
    """The answer where the words mean one post, else the posts that they may mean, the likeliest first."""

    answer: HoldersAnswer | None
    candidates: list[PostMatch]


class Posts(msgspec.Struct, kw_only=True):
    posts: list[PostMatch]


class Board(msgspec.Struct, kw_only=True):
    as_of: date
    rows: list[BoardRow]


@get("/v1/who", opt=route("read", WhoAnswer, problems=("not-found",), example=_EXAMPLE, leads=_OF_ANSWER))
async def get_who(
    house: House,
    moment: Moment,
    post: Annotated[str, Parameter(description="The post in words, such as deputy defence minister.")],
    org: Annotated[str | None, Parameter(description="Its organization or country in words.")] = None,
) -> Response[bytes]:
    """Who holds the post, in one call.

    Where the words are ambiguous `answer` is null and `candidates` says which posts they may mean.
    """
    found = await house.views.who(_words(post, "post"), _words(org, "org") if org is not None else None)
    if found.post is None:
        if not found.candidates:
            where = f" of {org!r}" if org else ""
            raise Problem("not-found", f"no post{where} is known by the words {post!r}", field="post")
        return answered(WhoAnswer(answer=None, candidates=list(found.candidates)))
    held = await _holders(house, found.post.id, moment)
    return holders_answered(held.tag, b'{"answer":' + held.body + b',"candidates":[]}')


@get("/v1/posts", opt=route("read", Posts, example={"q": "minister"}, leads=_OF_POSTS))
async def get_posts(
    house: House,
    fresh: Moment,
    q: Annotated[str, Parameter(description="Words of the post.")] = "",
    org: Annotated[str | None, Parameter(description="Id of its organization.")] = None,
    limit: Annotated[int, Parameter(description="How many at most.", ge=1, le=100)] = 20,
) -> Response[bytes]:
    """Posts by words, with scores, the best first."""
    return answered(Posts(posts=await house.views.posts(_words(q, "q"), org, limit)))


@get("/v1/posts/{post:str}", opt=route("read", PostSummary))
async def get_post(house: House, fresh: Moment, post: str) -> Response[bytes]:
    """A post: its label, organization and seats."""
    return answered(await _post(house, post))


@get("/v1/posts/{post:str}/holders", opt=route("read", HoldersAnswer))
async def get_holders(house: House, moment: Moment, post: str) -> Response[bytes]:
    """Who holds the post on a day, as known now or at an earlier moment; each holder with claims and quotes."""
    answer = await _holders(house, post, moment)
    return holders_answered(answer.tag, answer.body)


@get("/v1/posts/{post:str}/timeline", opt=route("read", TimelineAnswer))
async def get_timeline(house: House, belief: Moment, post: str) -> Response[bytes]:
    """Everyone who holds, held or is to hold the post."""
    timeline = await house.views.timeline(post, belief.known)
    if timeline is None:
        raise _unknown_post(post)
    return answered(timeline)


@get(
    "/v1/posts/{post:str}/diff",
    opt=route("read", BeliefDiff, problems=("bad-date",), example={"from_known": "0"}),
)
async def get_diff(
    house: House,
    fresh: Moment,
    post: str,
    from_known: Annotated[str, Parameter(description="An RFC 3339 instant or a position.")],
    to_known: Annotated[
        str | None, Parameter(description="An RFC 3339 instant or a position. Default: now.")
    ] = None,
) -> Response[bytes]:
    """What changed in our belief about the post between two moments, and because of which articles."""
    before = await moment_or_position(house, from_known, "from_known")
    after = await house.views.watermark()
    if to_known is not None:
        after = min(after, await moment_or_position(house, to_known, "to_known"))
    if before > after:
        raise Problem("bad-request", "from_known lies behind to_known: swap them", field="from_known")
    found = await house.views.belief_diff(post, before, after)
    if found is None:
        raise _unknown_post(post)
    return answered(found)


@get("/v1/board", opt=route("read", Board))
async def get_board(
    house: House,
    moment: Moment,
    limit: Annotated[int, Parameter(description="How many posts at most.", ge=1, le=1000)] = 200,
) -> Response[bytes]:
    """Every post and its holders, a line each."""
    when = moment.as_of or await house.views.last_day()
    return answered(Board(as_of=when, rows=await house.views.board(when, limit)))


async def _holders(house: House, post: str, moment: Moment) -> Answer:
    found = await holders_of(house, post, moment)
    if found is None:
        raise _unknown_post(post)
    return found


async def _post(house: House, post: str) -> PostSummary:
    found = await house.views.post(post)
    if found is None:
        raise _unknown_post(post)
    return found


def _unknown_post(post: str) -> Problem:
    return Problem("not-found", f"there is no post {post[:60]!r}, or none was known then", field="post")


def _words(text: str, field: str) -> str:
    if len(text) > _MAX_WORDS:
        raise Problem("bad-request", f"{field} has over {_MAX_WORDS} characters", field=field)
    if "\0" in text:
        raise Problem("bad-request", f"{field} holds a NUL character", field=field)
    return text
