"""One follower a worker reads the Changes as they are made and keeps the last of them, each encoded once, for all
readers of the stream.

A reader is only a place in that sequence: what it costs does not grow with what is told. Whoever is behind what is
kept reads from the tables until it has caught up.
"""

import asyncio
import contextlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator

import msgspec

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
_SHARE = (
    4  # a round of telling is followed by a rest of so many times its length, so that writers get their turn
)
_LONGEST_REST = 0.25  # seconds; with the round itself the last reader hears within half a second
_MOST_SHARED = 256  # filters for which a chunk is kept for all
_KEYS_LOOKED_AT = 0.5  # seconds between looks at the readers' keys


class Kept(msgspec.Struct, frozen=True):
    told: Told
    frame: bytes


class Reader:
    """Somebody who reads. Once `ended` says why, they must stop."""

    def __init__(self, key: str | None) -> None:
        self.key = key  # id of the key; None: nobody's
        self.ended: str | None = None


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
        self._last: ChangeId | None = None  # where the last round began, and so most readers stand
        self._chunks: dict[Wanted, tuple[bytes, ChangeId]] = {}  # what those who stand there are sent
        self._readers: set[Reader] = set()
        self._catching_up = asyncio.Semaphore(
            2
        )  # readers at the tables at once, so that others get connections
        self._stopped: str | None = None
        self.news = (
            asyncio.Event()
        )  # set, and replaced by another, when something was told or somebody must end

    @property
    def end(self) -> ChangeId:
        """Up to where it has come; a reader who stands there waits for `news`."""
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
        reader = Reader(key)
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
        if after != self._last:
            return self._chunk(after, wanted)
        if (chunk := self._chunks.get(wanted)) is None:
            chunk = self._chunk(after, wanted)
            if len(self._chunks) < _MOST_SHARED:
                self._chunks[wanted] = chunk
        return chunk

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
        watching = asyncio.create_task(self._watch_keys(), name="keys of readers")
        stopping = asyncio.create_task(stop.wait())
        following = asyncio.create_task(self._follow(), name="changes for readers")
        try:
            done, _ = await asyncio.wait({stopping, following, watching}, return_when=asyncio.FIRST_COMPLETED)
            for task in done - {stopping}:
                task.result()
        finally:
            for task in (watching, stopping, following):
                task.cancel()
            await asyncio.gather(watching, stopping, following, return_exceptions=True)
            if stop.is_set():
                self.stop()

    async def _follow(self) -> None:
        loop = asyncio.get_running_loop()
        woken = self._waker.subscribe()
        try:
            if self._start is None:
                self._start = (await self._views.watermark() + 1, 0)
            while True:
                end = self.end
                told = await self._views.told_behind(end, _LOOKED_AT)
                if not told:
                    await self._waker.wait(woken)
                    continue
                self._last = end
                self._keep(told)
                began = loop.time()
                self._wake()
                for _ in range(3):  # readers are woken, send, and go back to sleep
                    await asyncio.sleep(0)
                await asyncio.sleep(min(_LONGEST_REST, _SHARE * (loop.time() - began)))
        finally:
            self._waker.unsubscribe(woken)

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

    def _wake(self) -> None:
        news, self.news = self.news, asyncio.Event()
        news.set()

    def _end(self, readers: Iterable[Reader], why: str) -> None:
        for reader in readers:
            reader.ended = reader.ended or why
        self._wake()

    async def _watch_keys(self) -> None:
        """Ends the readers whose key was revoked or has expired."""
        while True:
            for key in {reader.key for reader in self._readers if reader.key is not None}:
                if await self._keys.named(key) is None:
                    gone = [reader for reader in self._readers if reader.key == key]
                    self._end(gone, "the key is no longer valid")
            await asyncio.sleep(_KEYS_LOOKED_AT)


def id_of(change: ChangeId) -> str:
    """A change id as it is written."""
    return f"{change[0]}.{change[1]}"
