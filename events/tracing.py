"""Whose report an article prints, beside its credit: those that share a run of words are one origin."""

from collections.abc import Awaitable, Callable

import msgspec

from events.catalogue import ArticleReceived, ArticleTraced
from events.copies import Copies
from events.copying import Source, traced
from events.envelope import NewEvent, Recorded
from events.history import History


class Origins(msgspec.Struct, frozen=True):
    """The origin of an article, and what is to be said of those, itself among them, that turn out to be another's."""

    own: str
    others: dict[str, str] = {}  # by article
    events: tuple[NewEvent, ...] = ()
    expected: dict[str, int] = {}  # versions of the streams that they go to


async def origins_of(
    copies: Copies,
    received: Recorded,
    text: str,
    history: History,
    history_of: Callable[[str], Awaitable[History]],
) -> Origins:
    """The origins of an article that is being read, and of those read before that print the same report."""
    own = _source(received, history)
    histories, sources = {own.article: history}, []
    for other in await copies.of(received, text):
        if other.stream not in histories:
            histories[other.stream] = await history_of(other.stream)
        sources.append(_source(other, histories[other.stream]))
    found = traced(own, sources)
    return Origins(
        own=found.get(own, own.origin),
        others={source.article: origin for source, origin in found.items()},
        events=tuple(
            NewEvent(stream=source.article, event=ArticleTraced(version=source.version, origin=origin))
            for source, origin in found.items()
        ),
        expected={source.article: histories[source.article].version for source in found},
    )


def _source(received: Recorded, history: History) -> Source:
    event = received.event
    assert isinstance(event, ArticleReceived)
    return Source(
        article=received.stream,
        version=event.version,
        position=received.position,
        credit=event.credit,
        publisher=event.publisher,
        traced=history.traced.get(event.version),
    )
