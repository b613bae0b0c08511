"""What one reader of the Changes is sent."""

import logging

import asyncpg
from litestar.types import Send

from projections.model import ChangeId
from service.feeds.following import Follower, Reader, id_of
from service.feeds.wanted import Wanted
from service.sse import comment, place, retry
from service.streaming import RECONNECT, Stream

logger = logging.getLogger(__name__)


class ChangeStream(Stream):
    """The wanted Changes behind a place, as they are made."""

    def __init__(self, follower: Follower, wanted: Wanted, after: ChangeId, key: str | None) -> None:
        super().__init__(follower, key)
        self._wanted = wanted
        self._after = after

    async def tell(self, reader: Reader, send: Send) -> None:
        after = shown = self._after
        await reader.send(send, retry(RECONNECT) + place(id_of(after)))
        while reader.ended is None:
            try:
                chunk, after = await self.follower.behind(after, self._wanted)
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
                logger.warning("a reader cannot be told what it missed: %s", error)
                reader.ended = "the database cannot be reached"
                break
            if chunk:
                await reader.send(send, chunk)
                shown = after
                continue
            if after < self.follower.end:
                continue  # nothing of that was wanted; there is more
            if not await self.follower.wait(reader, after):
                # Who wants little moves on all the same, so as not to begin far back after a break.
                await reader.send(send, comment("alive") if after == shown else place(id_of(after)))
                shown = after
