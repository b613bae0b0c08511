"""Extraction off the event loop: in worker processes, bounded in time and in attempts.

An article that an extractor cannot read must not stop the ones behind it. Each gets a few attempts; a worker that
dies takes its whole pool with it, so everyone who was in that pool tries again alone, and only the article at fault
dies a second time. Then it counts as read, with no claims, by the extractor `<name>/failed`.
"""

import asyncio
import logging
import signal
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor
from types import FrameType
from typing import Protocol

from events.catalogue import ArticleRead, decode, encode
from events.reading.article import Article
from events.reading.extractor import Extractor
from events.reading.read import read

FAILED = "failed"
ATTEMPTS = 3
SECONDS = 60.0  # for one article

logger = logging.getLogger(__name__)


class Reader(Protocol):
    """Whatever makes a reading of an article: an extractor in worker processes, an endpoint, several together."""

    @property
    def name(self) -> str:
        """Name and version."""
        ...

    async def read(self, article_id: str, version: int, article: Article) -> ArticleRead:
        """The reading; by `<name>/failed` and without claims where there could be none. Raises nothing."""
        ...


def has_failed(read: ArticleRead) -> bool:
    """Whether the reading stands for one that could not be made."""
    return read.extractor.endswith(f"/{FAILED}")


class ExtractionTimeout(Exception):
    """The extractor took longer than it may."""


class Extraction:
    """Runs one extractor in executors made by `executor`: a process pool with the spawn or forkserver method."""

    def __init__(
        self,
        extractor: Extractor,
        executor: Callable[[], Executor],
        *,
        attempts: int = ATTEMPTS,
        seconds: float = SECONDS,
    ) -> None:
        self._extractor = extractor
        self._make = executor
        self._attempts = attempts
        self._seconds = seconds
        self._executor: Executor | None = None
        self._alone = asyncio.Lock()

    @property
    def name(self) -> str:
        """The extractor's name and version."""
        return self._extractor.name

    async def read(self, article_id: str, version: int, article: Article) -> ArticleRead:
        """The reading; without claims and by `<name>/failed` where every attempt failed."""
        try:
            return await self._attempt(article_id, version, article)
        except Exception as error:  # noqa: BLE001 - an extractor is foreign code and may raise anything
            logger.warning("extraction of %s version %d failed: %r", article_id, version, error)
        for _ in range(1, self._attempts):
            async with self._alone:
                try:
                    return await self._attempt(article_id, version, article)
                except Exception as error:  # noqa: BLE001 - as above
                    logger.warning("extraction of %s version %d failed again: %r", article_id, version, error)
        logger.error("%s cannot read %s version %d; it counts as read", self.name, article_id, version)
        return ArticleRead(version=version, extractor=f"{self.name}/{FAILED}")

    def close(self) -> None:
        """Ends the workers. Whoever wants no reading finished kills them first: it is done after the next start."""
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)
            self._executor = None

    async def _attempt(self, article_id: str, version: int, article: Article) -> ArticleRead:
        if self._executor is None:
            self._executor = self._make()
        executor = self._executor
        try:
            payload = await asyncio.get_running_loop().run_in_executor(
                executor, _read_in_time, self._seconds, article_id, version, article, self._extractor
            )
        except BrokenExecutor:
            if self._executor is executor:
                self._executor = None
            raise
        event = decode(payload)
        assert isinstance(event, ArticleRead)
        return event


def _read_in_time(
    seconds: float, article_id: str, version: int, article: Article, extractor: Extractor
) -> bytes:
    """Runs in a worker and gives the event's payload, which travels between processes as it stands in the log.

    A worker process does its work on its main thread, where a timer can interrupt it.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        return encode(read(article_id, version, article, extractor))
    before = signal.signal(signal.SIGALRM, _too_long)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return encode(read(article_id, version, article, extractor))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _too_long(_signal: int, _frame: FrameType | None) -> None:
    raise ExtractionTimeout("the extractor took too long")
