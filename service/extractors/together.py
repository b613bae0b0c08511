"""Several readers for one article, made one reading."""

import asyncio
from collections.abc import Sequence
from functools import reduce

from events.catalogue import ArticleRead
from events.extraction import Reader, has_failed
from events.reading.agreement import merged
from events.reading.article import Article


class Together:
    """Asks all readers at once. One that fails is left out; where all do, `fallback` reads alone."""

    def __init__(self, readers: Sequence[Reader], fallback: Reader) -> None:
        self._readers = readers
        self._fallback = fallback

    @property
    def name(self) -> str:
        return "+".join(reader.name for reader in self._readers)

    async def read(self, article_id: str, version: int, article: Article) -> ArticleRead:
        """The merged reading, by the names of those that it is of."""
        readings = await asyncio.gather(
            *(reader.read(article_id, version, article) for reader in self._readers)
        )
        if good := [reading for reading in readings if not has_failed(reading)]:
            return reduce(merged, good)
        if self._fallback in self._readers:
            return readings[0]
        return await self._fallback.read(article_id, version, article)
