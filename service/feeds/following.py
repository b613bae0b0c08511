"""One follower a worker reads the Changes as they are made and keeps the last of them, each encoded once, for all
readers of the stream.

A reader is only a place in that sequence: what it costs does not grow with what is told. Whoever is behind what is
kept reads from the tables until it has caught up.
"""

import asyncio
import contextlib
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from litestar.types import Send

from events.follow import Waker
from projections.model import ChangeId, Told
from projections.views import Views
from service.feeds.pages import page
from service.feeds.wanted import Wanted
from service.keyring import KeyRing
from service.sse import frame

MOST_KEPT = 2_000  # Changes
MOST_BYTES = 8_000_000  # of their frames
CHUNK = 65_536  # bytes sent at once, or a single Change's
_LOOKED_AT = 500  # Changes read at once
_TOGETHER = 50  # readers woken at once; then it is the turn of others, such as writers
_PACE = 5_000  # readers woken a second: the last of 2,000 hears 0.4 s after the first
_MOST_SHARED = 256  # chunks kept for all who stand at one place and want the same
HEARTBEAT = 15.0  # seconds without news after which a reader is sent a sign that the stream lives
PATIENCE = 20.0  # seconds in which a reader must take what it is sent, else it is dropped
LOOKED_AFTER = 0.5  # seconds between looks at the readers and their keys


class Kept(msgspec.Struct, frozen=True):
    told: Told
    frame: bytes


class Reader:
    """Somebody who reads, in a task. Once `ended` says why, they must stop.

    One look at all of them now and then finds who waits or takes too long: a timer for each would cost more than
    what they are sent.
    """

    def __init__(self, key: str | None, task: asyncio.Task[Any] | None) -> None:
        self.key = key  # id of the key; None: nobody's
        self.ended: str | None = None
        self.stands: ChangeId = (0, 0)  # where it waits
        self.news: asyncio.Future[bool] | None = None  # while it waits
        self.since = 0.0  # when it was last sent something, in the loop's time
        self.takes = False  # it is being sent something
        self.dropped = False
        self._task = task

    async def send(self, send: Send, body: bytes, *, more: bool = True) -> None:
        """Sends a part of the answer; the task is cancelled, and `dropped` set, where that takes too long."""
        self.since, self.takes = asyncio.get_running_loop().time(), True
        await send({"type": "http.response.body", "body": body, "more_body": more})
        self.takes = False

    def tell(self, *, news: bool) -> None:
        """Wakes it, if it waits."""
        if self.news is not None and not self.news.done():
            self.news.set_result(news)

    def drop(self) -> None:
        if self._task is not None and not self.dropped:
            self.dropped = True
            self._task.cancel()


class Follower:
    """The last Changes, and those who wait for the next. One per worker."""

    def __init__(self, views: Views, keys: KeyRing, waker: Waker, *, most_readers: int) -> None:
        """`waker` listens on the channel of the projections' changes."""
        self._views = views
        self._keys = keys
        self._waker = waker
        self._most_readers = most_readers
        self._kept: list[Kept] = []
        self._bytes = 0
        self._start: ChangeId | None = (
            None  # everything behind it, up to the end, is kept; None: not following yet
        )
        self._chunks: dict[tuple[ChangeId, Wanted], tuple[bytes, ChangeId]] = {}
        self._readers: set[Reader] = set()
        self._catching_up = asyncio.Semaphore(
            2
        )  # readers at the tables at once, so that others get connections
        self._stopped: str | None = None
        self._waiting: set[Reader] = set()
        self._news = asyncio.Event()

    @property
    def end(self) -> ChangeId:
        """Up to where it has come; a reader who stands there waits."""
        return self._kept[-1].told.id if self._kept else self._start or (0, 0)

    def refusal(self, key: str | None) -> str | None:
        """Why nobody more may read; None: one more may. Of all readers those of one key may be half."""
        if self._stopped is not None:
            return self._stopped
        if len(self._readers) >= self._most_readers:
            return f"{self._most_readers} streams are open already"
        if sum(1 for each in self._readers if each.key == key) * 2 >= self._most_readers:
            return f"{self._most_readers // 2} streams are open already with this key"
        return None

    @contextlib.contextmanager
    def reading(self, key: str | None) -> Iterator[Reader]:
        """A reader for the block."""
        reader = Reader(key, asyncio.current_task())
        self._readers.add(reader)
        try:
            yield reader
        finally:
            self._readers.discard(reader)

    def stop(self) -> None:
        """Tells every reader to connect again, and lets nobody in any more."""
        self._stopped = "the service stops or starts anew"
        self._end(self._readers, self._stopped)

    async def behind(self, after: ChangeId, wanted: Wanted) -> tuple[bytes, ChangeId]:
        """Frames of what is wanted behind a place, about CHUNK bytes, and the place up to which that is all."""
        if self._start is None or after < self._start:
            async with self._catching_up:
                found = await page(self._views, wanted, after, 100)
            frames = b"".join(frame(each.body, id=id_of(each.id)) for each in found.changes)
            return frames, found.next
        if (chunk := self._chunks.get((after, wanted))) is None:
            chunk = self._chunk(after, wanted)
            if len(self._chunks) < _MOST_SHARED:
                self._chunks[after, wanted] = chunk
        return chunk

    async def wait(self, reader: Reader, at: ChangeId) -> bool:
        """Until something was told behind a place or the reader must end: True; or until a heartbeat is due: False."""
        if reader.ended is not None or at < self.end:
            return True
        reader.stands, reader.news = at, asyncio.get_running_loop().create_future()
        self._waiting.add(reader)
        try:
            return await reader.news
        finally:
            reader.news = None
            self._waiting.discard(reader)

    def _chunk(self, after: ChangeId, wanted: Wanted) -> tuple[bytes, ChangeId]:
        frames: list[bytes] = []
        size, until = 0, after
        for each in self._kept[bisect_right(self._kept, after, key=lambda kept: kept.told.id) :]:
            if size >= CHUNK:
                break
            until = each.told.id
            if wanted.takes(each.told):
                frames.append(each.frame)
                size += len(each.frame)
        return b"".join(frames), until

    async def run(self, stop: asyncio.Event) -> None:
        """Follows until `stop` is set. Raises what Postgres raises: whoever runs it starts it again."""
        watching = asyncio.create_task(self._watch(), name="readers and their keys")
        stopping = asyncio.create_task(stop.wait())
        following = asyncio.create_task(self._follow(), name="changes for readers")
        waking = asyncio.create_task(self._wake(), name="readers are woken")
        every = {watching, stopping, following, waking}
        try:
            done, _ = await asyncio.wait(every, return_when=asyncio.FIRST_COMPLETED)
            for task in done - {stopping}:
                task.result()
        finally:
            for task in every:
                task.cancel()
            await asyncio.gather(*every, return_exceptions=True)
            if stop.is_set():
                self.stop()

    async def _follow(self) -> None:
        woken = self._waker.subscribe()
        try:
            if self._start is None:
                self._start = (await self._views.watermark() + 1, 0)
            while True:
                told = await self._views.told_behind(self.end, _LOOKED_AT)
                if not told:
                    await self._waker.wait(woken)
                    continue
                self._keep(told)
                self._news.set()
        finally:
            self._waker.unsubscribe(woken)

    async def _wake(self) -> None:
        """Wakes those who wait, one group after another: nobody else waits for more than a group to be served."""
        loop = asyncio.get_running_loop()
        while True:
            await self._news.wait()
            self._news.clear()
            behind = deque(reader for reader in self._waiting if reader.stands < self.end)
            while behind:
                until = loop.time() + _TOGETHER / _PACE
                for _ in range(min(_TOGETHER, len(behind))):
                    behind.popleft().tell(news=True)
                if behind:
                    await asyncio.sleep(max(0, until - loop.time()))

    def _keep(self, told: list[Told]) -> None:
        kept = [Kept(each, frame(each.body, id=id_of(each.id))) for each in told]
        self._kept += kept
        self._bytes += sum(len(each.frame) for each in kept)
        gone = 0
        while len(self._kept) - gone > MOST_KEPT or (self._bytes > MOST_BYTES and gone < len(self._kept)):
            self._bytes -= len(self._kept[gone].frame)
            self._start = self._kept[gone].told.id
            gone += 1
        del self._kept[:gone]
        self._chunks.clear()

    def _end(self, readers: Iterable[Reader], why: str) -> None:
        for reader in readers:
            reader.ended = reader.ended or why
            reader.tell(news=True)

    async def _watch(self) -> None:
        """Ends the readers whose key was revoked or has expired, and drops those who take nothing."""
        loop = asyncio.get_running_loop()
        while True:
            for key in {reader.key for reader in self._readers if reader.key is not None}:
                if await self._keys.named(key) is None:
                    gone = [reader for reader in self._readers if reader.key == key]
                    self._end(gone, "the key is no longer valid")
            now = loop.time()
            for reader in self._readers:
                if reader.takes and now - reader.since > PATIENCE:
                    reader.drop()
                elif reader.news is not None and now - reader.since > HEARTBEAT:
                    reader.tell(news=False)
            await asyncio.sleep(LOOKED_AFTER)


def id_of(change: ChangeId) -> str:
    """A change id as it is written."""
    return f"{change[0]}.{change[1]}"
