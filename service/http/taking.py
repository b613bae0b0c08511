"""What becomes of an article that came in, and how one is shown: the same for every way in."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from litestar import Response

from events.catalogue import Refusal
from events.dates import InvalidDate
from events.ids import publisher_id
from events.reading.formats.derived import Derived
from projections.answering.answers import ArticleAnswer
from projections.model import QuotedClaim
from service.bootstrap import House
from service.http.answers import answered
from service.http.bodies import Sent
from service.intake import MAX_TITLE, MAX_URI, Received, Submission, reading, receive
from service.keys import Key
from service.problems import Problem
from service.readings import ReadingFacts, facts_of

READ_WITHIN = 2.0  # seconds that a POST waits for the claims


class ArticleView(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The article, what was read in it, and the position up to which this is so (for min_position).

    `refused` counts the claims that an extractor made and the article did not bear out; `refusals` are these, where
    they were asked for. `notes` say what a reader of the claims should know of how they came about.
    """

    article: ArticleAnswer
    claims: list[QuotedClaim]
    position: int
    extractor: str | None = None  # who read it; None: nobody yet
    refused: int
    refusals: Sequence[Refusal] | None = None
    notes: Sequence[str]


class Pending(msgspec.Struct, kw_only=True):
    """The article is safe in the log but not read yet: look at `url`."""

    article: str
    version: int
    position: int
    url: str


class Unfit(msgspec.Struct, kw_only=True):
    """An item of a feed that is no article, and why."""

    uri: str | None
    title: str | None
    why: str


class FeedView(msgspec.Struct, kw_only=True):
    """What became of the items of a feed, in its order: those in the log, and those that could not be taken."""

    articles: list[Pending]
    unfit: list[Unfit]
    position: int  # up to which all of them are in the log


async def take(house: House, key: Key, article: Sent) -> Response[bytes]:
    """Appends an article for the holder of a key, and answers with its reading or with where that will be."""
    submission = _submission(article, key)
    received = await receive(house.log, submission, actor=key.subject, today=datetime.now(UTC).date())
    readable = submission.pubstatus != "withheld" and submission.embargoed is None
    return await _answer(house, received, READ_WITHIN if readable else 0.0)


async def take_feed(house: House, key: Key, items: Sequence[Sent]) -> Response[bytes]:
    taken: list[Pending] = []
    unfit: list[Unfit] = []
    today = datetime.now(UTC).date()
    for item in items:
        try:
            received = await receive(house.log, _submission(item, key), actor=key.subject, today=today)
        except (Problem, InvalidDate) as problem:
            if isinstance(problem, Problem) and problem.kind == "foreign-publisher":
                raise
            derived = item.derived
            unfit.append(Unfit(uri=_short(derived.uri), title=_short(derived.title), why=str(problem)))
        else:
            taken.append(_pending(received))
    if not taken:
        raise Problem(
            "unfit", f"none of the feed's {len(items)} items can be taken; the first: {unfit[0].why}"
        )
    position = max(pending.position for pending in taken)
    return answered(FeedView(articles=taken, unfit=unfit, position=position), status=202)


async def _answer(house: House, received: Received, patience: float) -> Response[bytes]:
    location = f"/v1/articles/{received.article}"
    loop = asyncio.get_running_loop()
    give_up = loop.time() + patience
    position = await reading(house.log, received, timeout=patience) if patience else None
    if position is None or not await house.views.wait_for(position, give_up - loop.time()):
        headers = {"Location": location, "Retry-After": "1"}
        return answered(_pending(received), status=202, headers=headers)
    view = await view_of(house, received.article, position)
    return answered(view, status=201, headers={"Location": location})


def _pending(received: Received) -> Pending:
    return Pending(
        article=received.article,
        version=received.version,
        position=received.position,
        url=f"/v1/articles/{received.article}",
    )


async def view_of(
    house: House, article: str, position: int, *, with_refused: bool = False, sealed: bool = False
) -> ArticleView:
    found = await house.views.article(article, sealed=sealed)
    if found is None:
        raise Problem("not-found", f"there is no article {article[:60]!r}", field="article")
    claims = await house.views.claims_of_article(article)
    facts: ReadingFacts = await facts_of(house.log, article, found.version, position)
    return ArticleView(
        article=found,
        claims=claims,
        position=position,
        extractor=facts.extractor,
        refused=len(facts.refused),
        refusals=facts.refused if with_refused else None,
        notes=facts.notes,
    )


def _submission(article: Sent, key: Key) -> Submission:
    derived = article.derived
    _check(derived)
    assert derived.uri is not None
    return Submission(
        uri=derived.uri,
        publisher=_publisher(article.publisher, key),
        text=derived.body,
        title=derived.title,
        published=derived.published,
        original=article.original,
        media_type=article.media_type,
        deriver=derived.deriver,
        published_basis=derived.published_basis,
        language=derived.language,
        pubstatus=derived.pubstatus,
        embargoed=derived.embargoed,
        credit=derived.credit,
        version=derived.version,
    )


def _check(derived: Derived) -> None:
    # What takes an article back need not repeat it.
    if not derived.body.strip() and not (derived.pubstatus == "canceled" and derived.title):
        raise Problem("unfit", "the text is empty", field="text")
    uri = derived.uri or ""
    if not uri.strip() or len(uri) > MAX_URI or not uri.isprintable():
        raise Problem("unfit", f"the uri is empty, unprintable or over {MAX_URI} characters", field="uri")
    if derived.title is not None and len(derived.title) > MAX_TITLE:
        raise Problem("unfit", f"the title is over {MAX_TITLE} characters", field="title")


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
        raise Problem("unfit", str(error), field="publisher") from None
    if publisher not in key.publishers and name not in key.publishers:
        allowed = ", ".join(key.publishers)
        raise Problem(
            "foreign-publisher", f"the key may speak for {allowed}, not for {name!r}", field="publisher"
        )
    return publisher if publisher in key.publishers else name


def _short(text: str | None) -> str | None:
    return None if text is None else text[:200]
