"""The hottest answers, in the memory of this process, in front of the cache: giving one costs no round trip.

They follow the views: whatever touches a post takes its answers out of memory within milliseconds, and nothing is
given that might be older than a position somebody asks for. A process that has not been able to look for a second
gives nothing from memory, so a notification that is lost costs at most that.
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import asyncpg
import msgspec

from events.follow import Waker
from events.queries import queries
from projections.cache import Cache

_SQL = queries(Path(__file__).parent / "sql" / "cache.sql")
_MOST_TOUCHED = 2_000  # posts at one look; where there are more, everything is forgotten
POLL = 0.4  # seconds between looks where nothing wakes us
_TRUSTED_FOR = (
    2.5 * POLL
)  # seconds after the beginning of a look; one that comes late must not empty the memory
_PAUSE = 0.005  # seconds between looks, however busy the log is


class Answer(msgspec.Struct, frozen=True, eq=False, weakref=True):
    """A weak ETag and the JSON of a HoldersAnswer."""

    tag: str
    body: bytes


class _Fill(msgspec.Struct):
    """An answer that is being asked for. `is_good`: its post was not touched meanwhile."""

    is_good: bool = True


class Memory:
    """Answers to "who holds this post", for what is known now. One per process.

    `bytes_at_most` of answers are kept; where there are more, those that were kept first go.
    """

    def __init__(
        self, pool: asyncpg.Pool, waker: Waker, cache: Cache, *, bytes_at_most: int = 16_000_000
    ) -> None:
        """`waker`: of the channel that tells how far the views have come; it is to poll every POLL seconds."""
        self._pool = pool
        self._waker = waker
        self._cache = cache
        self._most = bytes_at_most
        self._bytes = 0
        self._answers: dict[str, dict[date | None, Answer]] = {}  # by post, then day
        self._fills: dict[str, list[_Fill]] = {}
        self._asking: dict[tuple[str, date | None], tuple[int, asyncio.Task[Answer | None]]] = {}
        self._position = 0  # every answer that is kept holds at this position
        self._day = self._redacted = 0
        self._trusted_until = 0.0

    def at_once(self, post: str, as_of: date | None = None, min_position: int = 0) -> Answer | None:
        """The answer from memory; None where it is not there, or may be too old."""
        if min_position > self._position or time.monotonic() >= self._trusted_until:
            return None
        days = self._answers.get(post)
        return None if days is None else days.get(as_of)

    async def holders(self, post: str, as_of: date | None = None, min_position: int = 0) -> Answer | None:
        """The answer, from memory or from behind it; None where there is no such post.

        Those who ask for the same at the same time are answered together. Whoever needs a position that the views have
        not reached yet waits for that first (`Views.wait_for`).
        """
        if (found := self.at_once(post, as_of, min_position)) is not None:
            return found
        key = (post, as_of)
        at_least, asking = self._asking.get(key, (-1, None))
        if asking is None or at_least < min_position:
            at_least = max(self._position, min_position)
            asking = asyncio.create_task(self._ask(post, as_of, at_least), name=f"holders of {post}")
            self._asking[key] = (at_least, asking)
            asking.add_done_callback(lambda done: self._asked(key, done))
        return await asyncio.shield(asking)

    async def run(self) -> None:
        """Follows the views, for ever. Raises what the database raises; it may be run again."""
        self._forget()
        woken = self._waker.subscribe()
        try:
            while True:
                await self._look()
                await asyncio.sleep(_PAUSE)
                await self._waker.wait(woken)
        finally:
            self._trusted_until = 0.0
            self._waker.unsubscribe(woken)

    def _asked(self, key: tuple[str, date | None], done: "asyncio.Task[Answer | None]") -> None:
        if self._asking.get(key, (0, None))[1] is done:
            del self._asking[key]
        if not done.cancelled():
            done.exception()  # whoever waits for it is raised it; nobody may be left

    async def _ask(self, post: str, as_of: date | None, at_least: int) -> Answer | None:
        with self._filling(post) as fill:
            found = await self._cache.holders(post, as_of, at_least)
        if found is None:
            return None
        answer = Answer(*found)
        if (
            fill.is_good
        ):  # it holds at the position that was asked for, and nothing has touched the post since
            self._keep(post, as_of, answer)
        return answer

    @contextmanager
    def _filling(self, post: str) -> Iterator[_Fill]:
        fill = _Fill()
        self._fills.setdefault(post, []).append(fill)
        try:
            yield fill
        finally:
            fills = self._fills[post]
            fills.remove(fill)
            if not fills:
                del self._fills[post]

    def _keep(self, post: str, as_of: date | None, answer: Answer) -> None:
        days = self._answers.setdefault(post, {})
        self._bytes += len(answer.body) - (len(days[as_of].body) if as_of in days else 0)
        days[as_of] = answer
        while self._bytes > self._most:
            self._drop(next(iter(self._answers)))

    async def _look(self) -> None:
        """Drops what was touched since the last look, and goes on to where the views are."""
        began = time.monotonic()
        rows = await self._pool.fetch(_SQL["look"], self._position, _MOST_TOUCHED)
        watermark, day, redacted = rows[0]["watermark"], rows[0]["day"], rows[0]["redacted"]
        if (
            len(rows) == _MOST_TOUCHED
            or watermark < self._position
            or (day, redacted) != (self._day, self._redacted)
        ):
            self._forget()
        else:
            for row in rows:
                if row["post"] is not None:
                    self._drop(row["post"])
        self._position, self._day, self._redacted = watermark, day, redacted
        self._trusted_until = began + _TRUSTED_FOR

    def _drop(self, post: str) -> None:
        self._bytes -= sum(len(answer.body) for answer in self._answers.pop(post, {}).values())
        for fill in self._fills.get(post, ()):
            fill.is_good = False

    def _forget(self) -> None:
        self._answers.clear()
        self._bytes = 0
        for fills in self._fills.values():
            for fill in fills:
                fill.is_good = False
