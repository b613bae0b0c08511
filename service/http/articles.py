"""Articles: the way in."""

import asyncio
from typing import Annotated, Any

import msgspec
from litestar import Request, Response, get, post
from litestar.params import Parameter

from events.ids import publisher_id
from projections.answering.answers import ArticleAnswer
from projections.model import QuotedClaim
from service.bootstrap import House
from service.http.answers import answered
from service.http.provided import key_of, wait_for
from service.intake import MAX_TITLE, MAX_URI, Received, Submission, reading, receive
from service.keys import Key
from service.problems import Problem

READ_WITHIN = 2.0  # seconds that a POST waits for the claims


class ArticleBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An article as a client sends it. `published` is an RFC 3339 instant or a day."""

    uri: str
    text: str
    title: str | None = None
    publisher: str | None = None
    published: str | None = None


class ArticleView(msgspec.Struct, kw_only=True):
    """The article, what was read in it, and the position up to which this is so (for min_position)."""

    article: ArticleAnswer
    claims: list[QuotedClaim]
    position: int


class Pending(msgspec.Struct, kw_only=True):
    """The article is safe in the log but not read yet: look at `url`."""

    article: str
    version: int
    position: int
    url: str


_decoder = msgspec.json.Decoder(ArticleBody)


@post("/v1/articles", opt={"scope": "ingest"}, status_code=201)
async def post_article(
    request: Request[Any, Any, Any],
    house: House,
    uri: Annotated[str | None, Parameter(description="of a text/plain body")] = None,
    publisher: Annotated[
        str | None, Parameter(description="of a text/plain body; default: the key's")
    ] = None,
    published: Annotated[str | None, Parameter(description="of a text/plain body")] = None,
    title: Annotated[str | None, Parameter(description="of a text/plain body")] = None,
) -> Response[bytes]:
    """Takes an article as JSON or text/plain, reads it, and answers with the claims found in it.

    201 with article, claims and position; 202 with where to look if reading takes longer than two seconds. The same
    uri and text as the current version gives the same answer again and records nothing; the same uri with another
    text is the next version.
    """
    body = await request.body()
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == "application/json":
        if request.query_params:
            raise Problem("unknown-parameter", "an article as JSON says everything in its body")
        sent = _decoded(body)
    elif media_type == "text/plain":
        if uri is None:
            raise Problem("bad-request", "a text/plain article needs the parameter uri", field="uri")
        sent = ArticleBody(uri=uri, text=_text(body), title=title, publisher=publisher, published=published)
    else:
        raise Problem("unsupported-media-type", f"{media_type or 'no type'} is not taken here")
    key = key_of(request)
    received = await receive(house.log, _submission(sent, key, body, media_type), actor=key.subject)
    return await _answer(house, received)


@get("/v1/articles/{article:str}", opt={"scope": "read"})
async def get_article(house: House, article: str, min_position: int | None = None) -> Response[bytes]:
    """The current version of an article, and the claims found in it."""
    await wait_for(house, min_position)
    return answered(await _view(house, article, await house.views.watermark()))


async def _answer(house: House, received: Received) -> Response[bytes]:
    location = f"/v1/articles/{received.article}"
    loop = asyncio.get_running_loop()
    give_up = loop.time() + READ_WITHIN
    position = await reading(house.log, received, timeout=READ_WITHIN)
    if position is None or not await house.views.wait_for(position, give_up - loop.time()):
        pending = Pending(
            article=received.article, version=received.version, position=received.position, url=location
        )
        return answered(pending, status=202, headers={"Location": location, "Retry-After": "1"})
    view = await _view(house, received.article, position)
    return answered(view, status=201, headers={"Location": location})


async def _view(house: House, article: str, position: int) -> ArticleView:
    found = await house.views.article(article)
    if found is None:
        raise Problem("not-found", f"there is no article {article}", field="article")
    claims = await house.views.claims_of_article(article)
    return ArticleView(article=found, claims=claims, position=position)


def _decoded(body: bytes) -> ArticleBody:
    if not body:
        raise Problem("bad-body", "the body is empty; send {uri, publisher, published, title, text}")
    try:
        return _decoder.decode(_text(body).encode())
    except msgspec.ValidationError as error:
        raise Problem("bad-body", f"the article is not as documented: {error}") from None
    except msgspec.DecodeError as error:
        raise Problem("bad-body", f"the body is no JSON: {error}") from None


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problem(
            "bad-body", f"the body is not UTF-8: byte {error.start} is 0x{body[error.start]:02x}"
        ) from None


def _submission(sent: ArticleBody, key: Key, body: bytes, media_type: str) -> Submission:
    if not sent.text.strip():
        raise Problem("bad-body", "the text is empty", field="text")
    if not sent.uri.strip() or len(sent.uri) > MAX_URI or not sent.uri.isprintable():
        raise Problem("bad-body", f"the uri is empty, unprintable or over {MAX_URI} characters", field="uri")
    if sent.title is not None and len(sent.title) > MAX_TITLE:
        raise Problem("bad-body", f"the title is over {MAX_TITLE} characters", field="title")
    return Submission(
        uri=sent.uri,
        publisher=_publisher(sent.publisher, key),
        text=sent.text,
        title=sent.title,
        published=sent.published,
        original=body,
        media_type=media_type,
    )


def _publisher(name: str | None, key: Key) -> str:
    """The publisher's id. A publisher is not what a body says: the key lists those it may speak for."""
    if not key.publishers:
        raise Problem(
            "foreign-publisher", f"the key {key.subject} may speak for no publisher", field="publisher"
        )
    if name is None:
        return key.publishers[0]
    try:
        publisher = publisher_id(name)
    except ValueError as error:
        raise Problem("bad-body", str(error), field="publisher") from None
    if publisher not in key.publishers and name not in key.publishers:
        allowed = ", ".join(key.publishers)
        raise Problem(
            "foreign-publisher", f"the key may speak for {allowed}, not for {name!r}", field="publisher"
        )
    return publisher if publisher in key.publishers else name
