"""An article comes in: from what a client sent to article.received, and the wait for its reading."""

import asyncio
from datetime import date, timedelta

import msgspec

from events.catalogue import ArticleRead, ArticleReceived, PublishedBasis, PubStatus
from events.envelope import Append, Conflict, NewContent, NewEvent, Recorded
from events.ids import article_id, publisher_id
from events.log import Log
from events.reading.article import DERIVER, Article, derive
from events.reading.language import primary_language

MAX_URI = 2_000  # characters
MAX_TITLE = 2_000
_ATTEMPTS = 10
_SLACK = timedelta(days=1)  # a day has turned elsewhere already


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """What a client sent, checked for form. `publisher` is an id that the key may speak for."""

    uri: str
    publisher: str
    text: str
    title: str | None
    published: str | None
    original: bytes  # the article as it came
    media_type: str
    deriver: str = DERIVER
    published_basis: PublishedBasis = "given"  # where `published` is told
    language: str | None = None  # as declared
    pubstatus: PubStatus = "usable"
    embargoed: str | None = None
    credit: str | None = None
    version: int | None = None  # the publisher's own number; None: the next


class Received(msgspec.Struct, frozen=True):
    """Where the article stands in the log. `known`: this version had been received before; nothing was appended."""

    article: str
    version: int
    position: int
    stream_version: int  # of its article.received
    known: bool


_Versions = dict[int, tuple[Recorded, ArticleReceived]]


async def receive(log: Log, submission: Submission, *, actor: str, today: date) -> Received:
    """Appends the article's next version, unless its current one says the same.

    A publication date that lies in the future is left out: days in the text are not guessed from it. Raises
    InvalidDate for a publication date that is none, and what Log.append raises.
    """
    article = _derived(submission, today)
    stream = article_id(submission.publisher, submission.uri)
    for _ in range(_ATTEMPTS):
        version, versions = await _received(log, stream)
        draft, contents = _event(submission, article, version=1)
        for number in _alike(submission.version, versions):
            recorded, known = versions[number]
            if await _says_the_same(log, known, draft, article):
                return Received(stream, number, recorded.position, recorded.version, known=True)
        event = msgspec.structs.replace(draft, version=_number(submission.version, versions))
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


def _derived(submission: Submission, today: date) -> Article:
    article = derive(
        submission.text, title=submission.title, published=submission.published, language=submission.language
    )
    if article.published is not None and article.published > today + _SLACK:
        return msgspec.structs.replace(article, published=None, published_basis="missing")
    return article


async def _received(log: Log, stream: str) -> tuple[int, _Versions]:
    """The stream's version and what it has received, by version of the article."""
    version, versions = 0, _Versions()
    while batch := await log.read_stream(stream, version):
        version = batch[-1].version
        for recorded in batch:
            if isinstance(recorded.event, ArticleReceived):
                versions[recorded.event.version] = (recorded, recorded.event)
    return version, versions


def _alike(given: int | None, versions: _Versions) -> list[int]:
    """The versions which the one that came in may be again: its own number, and the current one."""
    numbers = (given, max(versions, default=None))
    return [number for number in dict.fromkeys(numbers) if number is not None and number in versions]


def _number(given: int | None, versions: _Versions) -> int:
    """The publisher's own number while it is free, so that one which arrives late is known to be old; else the next."""
    if given is not None and given not in versions:
        return given
    return max(versions, default=0) + 1


async def _says_the_same(log: Log, known: ArticleReceived, new: ArticleReceived, article: Article) -> bool:
    for name in ("title_length", "pubstatus", "embargoed", "credit"):
        if getattr(known, name) != getattr(new, name):
            return False
    encoded = article.text.encode()
    return known.text.length == len(encoded) and await log.content(known.text) == encoded


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
            published_basis=_basis(submission, article),
            language=_language(submission, article),
            pubstatus=submission.pubstatus,
            embargoed=submission.embargoed,
            credit=_credit(submission),
            deriver=submission.deriver,
        ),
        contents,
    )


def _published(submission: Submission, article: Article) -> str | None:
    """The instant or the day as it was given, where that is how the log writes it; else the day that it means."""
    given = (submission.published or "").strip()
    if article.published_basis == "given" and given.startswith(str(article.published)):
        return given
    return str(article.published) if article.published else None


def _basis(submission: Submission, article: Article) -> PublishedBasis:
    return submission.published_basis if article.published_basis == "given" else article.published_basis


def _language(submission: Submission, article: Article) -> str | None:
    """The declared tag with its region, unless the text is clearly in another language."""
    declared = (submission.language or "").strip()
    return (
        declared if article.language and primary_language(declared) == article.language else article.language
    )


def _credit(submission: Submission) -> str | None:
    """The wire credit; that of the publisher itself is none, or one house would count as two origins."""
    if submission.credit is None:
        return None
    try:
        own = publisher_id(submission.credit) == submission.publisher
    except ValueError:
        return None
    return None if own else submission.credit[:200]
