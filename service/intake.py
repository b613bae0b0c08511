"""An article comes in: from what a client sent to article.received, and the wait for its reading."""

import asyncio

import msgspec

from events.catalogue import ArticleRead, ArticleReceived
from events.envelope import Append, Conflict, NewContent, NewEvent, Recorded
from events.ids import article_id
from events.log import Log
from events.reading.article import DERIVER, Article, derive

MAX_URI = 2_000  # characters
MAX_TITLE = 2_000
_ATTEMPTS = 10


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """What a client sent, checked for form. `publisher` is an id that the key may speak for."""

    uri: str
    publisher: str
    text: str
    title: str | None
    published: str | None
    original: bytes  # the body as it came
    media_type: str


class Received(msgspec.Struct, frozen=True):
    """Where the article stands in the log. `known`: this version had been received before; nothing was appended."""

    article: str
    version: int
    position: int
    stream_version: int  # of its article.received
    known: bool


async def receive(log: Log, submission: Submission, *, actor: str) -> Received:
    """Appends the article's next version, unless its current one has the same text.

    Raises InvalidDate for a publication date that is none, and what Log.append raises.
    """
    article = derive(submission.text, title=submission.title, published=submission.published)
    stream = article_id(submission.publisher, submission.uri)
    for _ in range(_ATTEMPTS):
        version, newest = await _current(log, stream)
        if newest is not None and await _same_text(log, newest, article):
            return Received(stream, newest[1].version, newest[0].position, newest[0].version, known=True)
        event, contents = _event(submission, article, version=newest[1].version + 1 if newest else 1)
        try:
            done = await log.append(
                Append(
                    events=(NewEvent(stream=stream, event=event),),
                    actor=actor,
                    expected={stream: version},
                    contents=contents,
                )
            )
        except Conflict:
            continue  # its reading, or another version, came in between: look again
        return Received(stream, event.version, done.last, version + 1, known=False)
    raise Conflict(stream, version, version)


async def reading(log: Log, received: Received, *, timeout: float) -> int | None:  # noqa: ASYNC109 (bounded here)
    """The position up to which a received version has been read and decided; None if not within `timeout` s."""
    try:
        async with asyncio.timeout(timeout):
            return await _read_at(log, received)
    except TimeoutError:
        return None


async def _read_at(log: Log, received: Received) -> int:
    """Waits for the reading. It is one append: article.read and what was decided on it share cause and instant."""
    read: Recorded | None = None
    async for batch in log.follow_stream(received.article, received.stream_version):
        for recorded in batch:
            match recorded.event:
                case ArticleRead(version=received.version):
                    read = recorded
                case _:
                    pass
        if read is not None:
            return max(
                recorded.position
                for recorded in batch
                if (recorded.cause, recorded.recorded_at) == (read.cause, read.recorded_at)
            )
    raise AssertionError("a stream is followed for ever")


async def _current(log: Log, stream: str) -> tuple[int, tuple[Recorded, ArticleReceived] | None]:
    """The stream's version and its newest article.received."""
    version, newest = 0, None
    while batch := await log.read_stream(stream, version):
        version = batch[-1].version
        for recorded in batch:
            if isinstance(recorded.event, ArticleReceived):
                newest = (recorded, recorded.event)
    return version, newest


async def _same_text(log: Log, newest: tuple[Recorded, ArticleReceived], article: Article) -> bool:
    event = newest[1]
    encoded = article.text.encode()
    if event.text.length != len(encoded) or event.title_length != article.title_length:
        return False
    return await log.content(event.text) == encoded


def _event(
    submission: Submission, article: Article, *, version: int
) -> tuple[ArticleReceived, tuple[NewContent, ...]]:
    text = NewContent(body=article.text.encode(), media_type="text/plain")
    contents: tuple[NewContent, ...] = (text,)
    original = text
    if submission.original != text.body:
        original = NewContent(body=submission.original, media_type=submission.media_type)
        contents = (text, original)
    return (
        ArticleReceived(
            version=version,
            uri=submission.uri,
            publisher=submission.publisher,
            text=text.ref,
            original=original.ref,
            title_length=article.title_length,
            published=_published(submission, article),
            published_basis=article.published_basis,
            language=article.language,
            deriver=DERIVER,
        ),
        contents,
    )


def _published(submission: Submission, article: Article) -> str | None:
    """The instant or the day as it was given, where that is how the log writes it; else the day that it means."""
    given = (submission.published or "").strip()
    if article.published_basis == "given" and given.startswith(str(article.published)):
        return given
    return str(article.published) if article.published else None
