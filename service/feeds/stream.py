"""The answer that does not end: what one reader of the Changes is sent."""

import asyncio
import logging
import secrets

import asyncpg
from litestar.types import HTTPResponseBodyEvent, HTTPResponseStartEvent, Receive, Scope, Send

from projections.model import ChangeId
from service.feeds.following import Follower, Reader, id_of
from service.feeds.wanted import Wanted
from service.sse import MEDIA_TYPE, comment, place, retry

HEARTBEAT = 15.0  # seconds without news after which a reader is sent a comment
PATIENCE = 20.0  # seconds in which a reader must take what it is sent, else it is dropped
_RECONNECT = 2_000  # milliseconds until a client comes back by itself
_RECONNECT_SPREAD = 4_000  # over which those come back who were all sent away at once

logger = logging.getLogger(__name__)


class ChangeStream:
    """An ASGI answer: the wanted Changes behind a place, as they are made, until the client leaves or must go.

    It takes no memory that grows with what is told: the server holds back the sender where the client takes nothing,
    and after PATIENCE the client is dropped. It comes back with the last id it has seen.
    """

    def __init__(self, follower: Follower, wanted: Wanted, after: ChangeId, key: str | None) -> None:
        self._follower = follower
        self._wanted = wanted
        self._after = after
        self._key = key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        task = asyncio.current_task()
        assert task is not None
        leaving = asyncio.create_task(_left(receive))
        leaving.add_done_callback(lambda gone: None if gone.cancelled() else task.cancel())
        try:
            await send(_start())
            with self._follower.reading(self._key) as reader:
                await self._tell(reader, send)
        except asyncio.CancelledError:
            if not leaving.done():
                raise
            task.uncancel()  # the client has left: an end like any other
        except TimeoutError:
            logger.info("a reader took nothing for %s s and is dropped", PATIENCE)
        finally:
            leaving.cancel()

    async def _tell(self, reader: Reader, send: Send) -> None:
        after = shown = self._after
        await _send(send, retry(_RECONNECT) + place(id_of(after)))
        while reader.ended is None:
            news = self._follower.news
            try:
                chunk, after = await self._follower.behind(after, self._wanted)
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
                logger.warning("a reader cannot be told what it missed: %s", error)
                reader.ended = "the database cannot be reached"
                break
            if chunk:
                await _send(send, chunk)
                shown = after
                continue
            if after < self._follower.end:
                continue  # nothing of that was wanted; there is more
            try:
                async with asyncio.timeout(HEARTBEAT):
                    await news.wait()
            except TimeoutError:
                # Who wants little moves on all the same, so as not to begin far back after a break.
                await _send(send, comment("alive") if after == shown else place(id_of(after)))
                shown = after
        pause = _RECONNECT // 4 + secrets.randbelow(_RECONNECT_SPREAD)
        await _send(send, retry(pause) + comment(f"{reader.ended}; connect again"), more=False)


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


async def _send(send: Send, body: bytes, *, more: bool = True) -> None:
    """Raises TimeoutError where the client takes nothing."""
    event: HTTPResponseBodyEvent = {"type": "http.response.body", "body": body, "more_body": more}
    async with asyncio.timeout(PATIENCE):
        await send(event)


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
