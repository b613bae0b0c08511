"""Articles: the way in."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

import msgspec
from litestar import Request, Response, get, post
from litestar.params import Parameter

from events.catalogue import PubStatus
from events.reading.formats.ninjs import NinjsItem
from projections.answering.impacts import Impact
from service.bootstrap import House
from service.http.answers import OF_KEY, answered, encode
from service.http.asked import Moment
from service.http.bodies import (
    FEEDS,
    JSON,
    MAX_BODY,
    NINJS,
    PAGES,
    TEXT,
    ArticleBody,
    Parameters,
    media_type_of,
    sent,
    sent_items,
)
from service.http.contract import route
from service.http.conventions import tag_of
from service.http.provided import key_of
from service.http.taking import ArticleView, FeedView, Pending, take, take_feed, view_of
from service.problems import Problem
from service.push import HEADER, PushSecrets, is_signed

_TAKEN: Mapping[str, type] = {
    JSON: ArticleBody,
    **dict.fromkeys(NINJS, NinjsItem),
    **dict.fromkeys((TEXT, *PAGES, *FEEDS), str),
}
_SAMPLE = {
    JSON: {
        "uri": "https://news.example/7",
        "published": "2026-11-24",
        "text": "Harbourline Ferries Plc said on Tuesday that chairman Edda Lunde has resigned.",
    }
}


PendingOrFeed = Pending | FeedView


@post(
    "/v1/articles",
    opt=route(
        "ingest",
        ArticleView,
        status=201,
        also={202: PendingOrFeed},
        takes=_TAKEN,
        body=_SAMPLE,
        problems=("bad-date", "bad-signature", "foreign-publisher", "unsupported-media-type"),
        leads={"get_article": {"article": "/article/id"}},
    ),
    status_code=201,
    request_max_body_size=MAX_BODY,
)
async def post_article(
    request: Request[Any, Any, Any],
    house: House,
    uri: Annotated[str | None, Parameter(description="Of a text or page.")] = None,
    publisher: Annotated[
        str | None, Parameter(description="Of anything but an article as JSON. Default: the key's first.")
    ] = None,
    published: Annotated[str | None, Parameter(description="Of a text or page.")] = None,
    title: Annotated[str | None, Parameter(description="Of a text or page.")] = None,
    pubstatus: Annotated[
        PubStatus | None, Parameter(description="Of a text or page. Default: usable.")
    ] = None,
    embargoed: Annotated[
        str | None, Parameter(description="Of a text or page: sealed until then, an RFC 3339 instant.")
    ] = None,
) -> Response[bytes]:
    """Takes an article as JSON, ninjs, HTML or plain text, or a feed of them, and answers with the claims found.

    201 with article, claims and position; 202 with where to look if reading takes longer than two seconds, and for a
    feed. The same uri and text as the current version gives the same answer again and records nothing; the same uri
    with another text is the next version.
    """
    body = await request.body()
    content_type = request.headers.get("content-type", "")
    parameters = Parameters(
        uri=uri,
        publisher=publisher,
        published=published,
        title=title,
        pubstatus=pubstatus,
        embargoed=embargoed,
    )
    key = key_of(request)
    media_type, _ = media_type_of(content_type)
    if media_type in FEEDS:
        items = await asyncio.to_thread(sent_items, body, content_type, parameters)
        return await take_feed(house, key, items)
    today = datetime.now(UTC).date()
    if media_type in (JSON, TEXT):
        article = sent(body, content_type, parameters, today=today)
    else:  # a page takes up to seconds, in which others want their answers
        article = await asyncio.to_thread(sent, body, content_type, parameters, today=today)
    if article.media_type == NINJS[0]:
        secret = await PushSecrets(house.pool, house.vault).of(key.id)
        if secret is not None and not is_signed(secret, body, request.headers.get(HEADER)):
            raise Problem(
                "bad-signature", f"the key {key.subject} has a push secret, which {HEADER} does not show"
            )
    return await take(house, key, article)


@get("/v1/articles/{article:str}", opt=route("read", ArticleView))
async def get_article(
    request: Request[Any, Any, Any],
    house: House,
    fresh: Moment,
    article: str,
    include: Annotated[
        Literal["refused"] | None, Parameter(description="The refused claims too, each with why.")
    ] = None,
) -> Response[bytes]:
    """The current version of an article, and the claims found in it."""
    position = await house.views.watermark()
    sealed = not {"read:embargoed", "admin"}.isdisjoint(key_of(request).scopes)
    view = await view_of(house, article, position, with_refused=include is not None, sealed=sealed)
    # The position moves on with the log, which is no news of the article.
    etag = tag_of(encode(msgspec.structs.replace(view, position=0))).decode()
    return answered(view, headers={"ETag": etag, **OF_KEY})


@get("/v1/articles/{article:str}/impact", opt=route("read", Impact))
async def get_article_impact(house: House, fresh: Moment, article: str) -> Response[bytes]:
    """Which stored articles say of the posts that this one speaks of what the view no longer holds."""
    if await house.views.article(article, sealed=False) is None:
        raise Problem("not-found", f"there is no article {article[:60]!r}", field="article")
    return answered(await house.views.impact_of_article(article))
