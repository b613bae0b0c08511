"""What one reader of a subscription's deliveries is sent."""

import asyncio
import logging
import time

import msgspec
from litestar.types import Send

from events.catalogue import to_builtin
from service.feeds.following import HEARTBEAT, Follower, Reader
from service.sse import comment, frame, place, retry
from service.streaming import RECONNECT, Stream
from service.webhooks.deliveries import Deliveries
from service.webhooks.store import DATABASE_LOST

_AT_ONCE = 100  # attempts
_PAUSE = 0.5  # seconds between looks

_encode = msgspec.json.Encoder(enc_hook=to_builtin).encode
logger = logging.getLogger(__name__)


class DeliveryStream(Stream):
    """The attempts behind a number, as they are recorded."""

    def __init__(self, follower: Follower, deliveries: Deliveries, after: int, key: str) -> None:
        super().__init__(follower, key)
        self._deliveries = deliveries
        self._after = after

    async def tell(self, reader: Reader, send: Send) -> None:
        after, spoke = self._after, time.monotonic()
        await reader.send(send, retry(RECONNECT) + place(str(after)))
        while reader.ended is None:
            try:
                told = await self._deliveries.told(after, _AT_ONCE)
            except DATABASE_LOST as error:
                logger.warning("a reader cannot be told of deliveries: %s", error)
                reader.ended = "the database cannot be reached"
                break
            if told:
                await reader.send(
                    send, b"".join(frame(_encode(each), id=str(number)) for number, each in told)
                )
                after, spoke = told[-1][0], time.monotonic()
                continue
            if time.monotonic() - spoke > HEARTBEAT:
                await reader.send(send, comment("alive"))
                spoke = time.monotonic()
            await asyncio.sleep(_PAUSE)
