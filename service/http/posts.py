"""Posts and who holds them."""

from datetime import date
from types import GenericAlias
from typing import Annotated, Any

import msgspec
from litestar import Response, get
from litestar.params import Parameter

from projections.answering.answers import BoardRow, PostMatch, TimelineAnswer
from projections.answering.belief import BeliefDiff
from projections.answering.search import place_of
from projections.memory import Answer
from projections.model import Holder, HoldersAnswer, PostSummary
from service.bootstrap import House
from service.http.answers import answered, holders_answered
from service.http.asked import Moment
from service.http.contract import partly, route
from service.http.formats import MOMENT
from service.http.forms import Fields, Include, fields_of, included, shaped
from service.http.holding import holders_of
from service.http.paging import Paging
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
    """Posts, the likeliest first; `next` goes into `cursor` for those that follow."""

    posts: list[PostMatch]
    next: str | None


class Board(msgspec.Struct, kw_only=True):
    """Posts by organization and label, a line for each holder; `next` goes into `cursor` for those that follow."""

    as_of: date
    at_position: int | None  # None: as known now
    rows: list[BoardRow]
    next: str | None


HolderPart = partly(Holder, names=tuple[str, ...])
_OF_PARTS: dict[str, Any] = {
    **dict.fromkeys(("holders", "incoming"), GenericAlias(list, (HolderPart,))),
    "last_known_holder": HolderPart | None,
}
HoldersParts = msgspec.defstruct(
    "HoldersParts",
    [(each.name, _OF_PARTS.get(each.name, each.type)) for each in msgspec.structs.fields(HoldersAnswer)],
    namespace={"__doc__": "The same with the members that `fields` and `include` name."},
)


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


@get(
    "/v1/posts",
    opt=route("read", Posts, problems=("wrong-cursor",), example={"q": "minister"}, leads=_OF_POSTS),
)
async def get_posts(
    house: House,
    fresh: Moment,
    paging: Paging,
    q: Annotated[str, Parameter(description="Words of the post.")] = "",
    org: Annotated[str | None, Parameter(description="Its organization: an id, or words.")] = None,
    limit: Annotated[int, Parameter(description="How many at most.", ge=1, le=100)] = 20,
) -> Response[bytes]:
    """Posts by words, with scores, the best first."""
    organization = _words(org, "org") if org else None
    found = await house.views.posts(_words(q, "q"), organization, limit, paging.at(float, str, str))
    last = place_of(found[-1]) if len(found) == limit else None
    return answered(Posts(posts=found, next=paging.next(last)), headers=paging.headers(last))


@get("/v1/posts/{post:str}", opt=route("read", PostSummary))
async def get_post(house: House, fresh: Moment, post: str) -> Response[bytes]:
    """A post: its label, organization and seats."""
    return answered(await _post(house, post))


@get("/v1/posts/{post:str}/holders", opt=route("read", HoldersAnswer | HoldersParts))
async def get_holders(
    house: House, moment: Moment, post: str, fields: Fields = None, include: Include = None
) -> Response[bytes]:
    """Who holds the post on a day, as known now or at an earlier moment; each holder with claims and quotes.

    With `include` only what it names comes beside the holders.
    """
    chosen, more = fields_of(fields, (*Holder.__struct_fields__, "names")), included(include)
    answer = await _holders(house, post, moment)
    if chosen is None and more is None:
        return holders_answered(answer.tag, answer.body)
    return answered(await _parts(house, answer.body, moment, chosen, more))


@get("/v1/posts/{post:str}/timeline", opt=route("read", TimelineAnswer))
async def get_timeline(house: House, belief: Moment, post: str) -> Response[bytes]:
    """Everyone who holds, held or is to hold the post."""
    timeline = await house.views.timeline(post, belief.known)
    if timeline is None:
        raise unknown_post(post)
    return answered(timeline)


@get(
    "/v1/posts/{post:str}/diff",
    opt=route("read", BeliefDiff, problems=("bad-date",), example={"from_known": "0"}),
)
async def get_diff(
    house: House,
    fresh: Moment,
    post: str,
    from_known: Annotated[
        str, Parameter(description="An RFC 3339 instant or a position.", schema_extra=MOMENT)
    ],
    to_known: Annotated[
        str | None,
        Parameter(description="An RFC 3339 instant or a position. Default: now.", schema_extra=MOMENT),
    ] = None,
) -> Response[bytes]:
    """What changed in our belief about the post between two moments, and because of which articles."""
    before = await moment_or_position(house, from_known, "from_known")
    after = await house.views.watermark()
    if to_known is not None:
        after = min(after, await moment_or_position(house, to_known, "to_known"))
    if before > after:
        raise Problem("unfit", "from_known lies behind to_known: swap them", field="from_known")
    found = await house.views.belief_diff(post, before, after)
    if found is None:
        raise unknown_post(post)
    return answered(found)


@get("/v1/board", opt=route("read", Board, problems=("wrong-cursor",)))
async def get_board(
    house: House,
    moment: Moment,
    paging: Paging,
    limit: Annotated[int, Parameter(description="How many posts at most.", ge=1, le=1000)] = 200,
) -> Response[bytes]:
    """Every post and its holders, a line each."""
    place = paging.at(str, str, str, str)  # the day first: should it turn, the pages still fit together
    when = date.fromisoformat(place[0]) if place else moment.as_of or await house.views.last_day()
    rows, last = await house.views.board(when, limit, moment.known, place[1:] if place else None)
    end = (when.isoformat(), *last) if last else None
    board = Board(as_of=when, at_position=moment.known, rows=rows, next=paging.next(end))
    return answered(board, headers=paging.headers(end))


async def _holders(house: House, post: str, moment: Moment) -> Answer:
    found = await holders_of(house, post, moment)
    if found is None:
        raise unknown_post(post)
    return found


async def _parts(
    house: House, body: bytes, moment: Moment, fields: frozenset[str] | None, include: frozenset[str] | None
) -> dict[str, Any]:
    """An answer about holders with what is asked for of each."""
    answer: dict[str, Any] = msgspec.json.decode(body)
    last = answer["last_known_holder"]
    holders = [*answer["holders"], *answer["incoming"], *([last] if last else [])]
    if include is not None and "persons" in include:
        at = moment.known if moment.known is not None else await house.views.watermark()
        names = await house.views.names_of([each["person"] for each in holders], at)
        for each in holders:
            each["names"] = names.get(each["person"], ())
    for name in ("holders", "incoming"):
        answer[name] = [shaped(each, fields, include) for each in answer[name]]
    answer["last_known_holder"] = shaped(last, fields, include) if last else None
    return answer


async def _post(house: House, post: str) -> PostSummary:
    found = await house.views.post(post)
    if found is None:
        raise unknown_post(post)
    return found


def unknown_post(post: str) -> Problem:
    return Problem("not-found", f"there is no post {post[:60]!r}, or none was known then", field="post")


def _words(text: str, field: str) -> str:
    if len(text) > _MAX_WORDS:
        raise Problem("bad-request", f"{field} has over {_MAX_WORDS} characters", field=field)
    if "\0" in text:
        raise Problem("bad-request", f"{field} holds a NUL character", field=field)
    return text
