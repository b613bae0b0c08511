"""What is to be said of an article's reading besides its claims: who read it, what was refused, what to know."""

import msgspec

from events.catalogue import ArticleRead, ArticleReceived, Refusal
from events.extraction import has_failed
from events.log import Log
from events.reading.extractor import DEFAULT


class ReadingFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Of the last reading of a version. `extractor` None: it has not been read."""

    extractor: str | None
    refused: tuple[Refusal, ...]
    notes: tuple[str, ...]


async def facts_of(log: Log, article: str, version: int, position: int) -> ReadingFacts:
    """The facts of a version of an article, as they stood at a position."""
    received: ArticleReceived | None = None
    read: ArticleRead | None = None
    after = 0
    while batch := await log.read_stream(article, after):
        after = batch[-1].version
        for recorded in batch:
            match recorded.event:
                case _ if recorded.position > position:
                    break
                case ArticleReceived(version=number) as event if number == version:
                    received = event
                case ArticleRead(version=number) as event if number == version:
                    read = event
                case _:
                    pass
    return ReadingFacts(
        extractor=None if read is None else read.extractor,
        refused=() if read is None else read.refused,
        notes=() if received is None else notes(received, read),
    )


def notes(received: ArticleReceived, read: ArticleRead | None) -> tuple[str, ...]:
    """Sentences for whoever wonders why claims are missing or undated."""
    found = []
    if read is not None and has_failed(read):
        found.append(f"The extractor could not read this article ({read.extractor}), so there are no claims.")
    elif (
        read is not None
        and not read.claims
        and _is_foreign(received.language)
        and _reads_english(read.extractor)
    ):
        found.append(
            f"The article is in another language than English ({received.language}), which {read.extractor} does not"
            " read: no claims were looked for. An extractor for that language can be plugged in."
        )
    _, _, charset = received.original.media_type.partition("charset=")
    if charset:
        found.append(f"The body was not in UTF-8; it was read as {charset}.")
    if received.published is None:
        found.append(
            "The day of publication is not known (it was missing, or in the future), so weekdays stay unresolved."
        )
    elif received.published_basis == "derived":
        found.append("The day of publication was taken from the article itself.")
    return tuple(found)


def _is_foreign(language: str | None) -> bool:
    return language is not None and language.partition("-")[0].lower() != "en"


def _reads_english(extractor: str) -> bool:
    """Whether only the embedded default has read it."""
    return extractor.partition("/")[0] == DEFAULT and "+" not in extractor
