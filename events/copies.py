"""Finds the articles that print the same report as one that is being read, over an index of fingerprints."""

from pathlib import Path

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from events.catalogue import ArticleReceived
from events.copying import fingerprints, is_copy, words_of
from events.envelope import Recorded
from events.log import Log
from events.queries import queries

Source = asyncpg.Pool | asyncpg.Connection | PoolConnectionProxy

MOST_COPIES = 20  # looked at, those that share most first

_SQL = queries(Path(__file__).parent / "sql" / "copies.sql")


class Copies:
    """The index. What it holds follows from the texts, so that keeping a text twice does no harm."""

    def __init__(self, pool: asyncpg.Pool, log: Log) -> None:
        self._pool = pool
        self._log = log

    async def of(self, received: Recorded, text: str) -> list[Recorded]:
        """Versions of other articles, read before, whose text shares a run of words with this one; keeps this one."""
        words = words_of(text)
        prints = fingerprints(words)
        if not prints:
            return []
        rows = await self._pool.fetch(_SQL["alike"], prints, received.position, MOST_COPIES)
        await self._pool.execute(_SQL["keep"], prints, received.position)
        found = []
        for row in rows:
            (other,) = await self._log.read(row["position"] - 1, 1)
            if other.stream != received.stream and await self._is_copy(words, other):
                found.append(other)
        return found

    async def _is_copy(self, words: list[str], other: Recorded) -> bool:
        assert isinstance(other.event, ArticleReceived)
        text = await self._log.content(other.event.text)
        return text is not None and is_copy(words, words_of(text.decode()))


async def forget(source: Source, article: str) -> None:
    """Takes the texts of an article out of the index: they were redacted."""
    await source.execute(_SQL["forget"], article)
