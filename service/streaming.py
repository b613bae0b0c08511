"""An answer that does not end: how one reader is kept, told, and sent away. What is told is for each stream to say."""

import asyncio
import logging
import secrets
from abc import ABC, abstractmethod

from litestar.types import HTTPResponseStartEvent, Receive, Scope, Send

from service.feeds.following import PATIENCE, Follower, Reader
from service.sse import MEDIA_TYPE, comment, retry

RECONNECT = 2_000  # milliseconds until a client comes back by itself
_RECONNECT_SPREAD = 4_000  # over which those come back who were all sent away at once

logger = logging.getLogger(__name__)


class Stream(ABC):
    """An ASGI answer of server-sent events, until the client leaves or must go.

    It takes no memory that grows with what is told: the server holds back the sender where the client takes nothing,
    and after PATIENCE the client is dropped. It comes back with the last id it has seen.
    """

    def __init__(self, follower: Follower, key: str | None) -> None:
        """`follower` knows who reads, and says when a reader must end: its key is over, or the service stops."""
        self.follower = follower
        self._key = key

    @abstractmethod
    async def tell(self, reader: Reader, send: Send) -> None:
        """Tells what there is, and what comes, until `reader.ended` says why it must end."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        task = asyncio.current_task()
        assert task is not None
        await send(_start())  # before it is asked whether the client is still there: of a HEAD that is all
        leaving = asyncio.create_task(_left(receive))
        leaving.add_done_callback(lambda gone: None if gone.cancelled() else task.cancel())
        try:
            with self.follower.reading(self._key) as reader:
                try:
                    await self.tell(reader, send)
                    pause = RECONNECT // 4 + secrets.randbelow(_RECONNECT_SPREAD)
                    await reader.send(
                        send, retry(pause) + comment(f"{reader.ended}; connect again"), more=False
                    )
                except asyncio.CancelledError:
                    if not (reader.dropped or leaving.done()):
                        raise
                    task.uncancel()  # it was dropped, or has left: an end like any other
                    if reader.dropped:
                        logger.info("a reader took nothing for %s s and is dropped", PATIENCE)
        finally:
            leaving.cancel()


def _start() -> HTTPResponseStartEvent:
    return {
        "type": "http.response.start",
        "status": 200,
        "headers": [
            (b"content-type", MEDIA_TYPE.encode() + b"; charset=utf-8"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),  # else a proxy such as nginx holds events back
        ],
    }


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
