"""The cache of current answers in Redis. It follows the views, so it is never older than its cursor says; without
Redis everything is answered from Postgres.

Every value carries the position up to which it shows everything. A value is kept only while the cursor's follower
sees to it that it goes when its post is touched; a value computed before a touch is refused after it. What that
takes, also when Redis forgets, is in lua/advance.lua and docs/projections.md.
"""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import asyncpg
import msgspec
from redis.asyncio import Redis
from redis.commands.core import AsyncScript
from redis.exceptions import RedisError

from events.catalogue import to_builtin
from events.queries import queries
from projections.answering.holders import Known
from projections.together import Together
from projections.views import Views

REPRESENTATION = 2  # of the answer's JSON; part of every ETag

_HERE = Path(__file__).parent
_SQL = queries(_HERE / "sql" / "cache.sql")
_VALUE_LIVES = 86_400  # seconds
_STATE_LIVES = 5_000  # milliseconds without a follower; then nothing that is kept counts any more
_HEARTBEAT = 1.0  # seconds
_PATIENCE = 0.25  # seconds for an answer of Redis
_PAUSE = 1.0  # seconds for which Redis is left alone after it failed
_MOST_DAYS = 32  # answers kept of one post
_MOST_FILLED = 50  # answers in one round trip
_MOST_TOUCHED = 10_000  # posts whose last touch is remembered
_encoder = msgspec.json.Encoder(enc_hook=to_builtin)

logger = logging.getLogger(__name__)


class Cache:
    """Encoded answers to "who holds this post", for what is known now. One per process."""

    def __init__(self, redis: Redis, views: Views, *, prefix: str = "incumbent") -> None:
        self._redis = redis
        self._views = views
        self._state = f"{prefix}:holders"
        self._answers = f"{prefix}:holders:"
        self._read = redis.register_script((_HERE / "lua" / "read.lua").read_text("utf-8"))
        self._fill = redis.register_script((_HERE / "lua" / "fill.lua").read_text("utf-8"))
        self._advance = redis.register_script((_HERE / "lua" / "advance.lua").read_text("utf-8"))
        self._shunned_until = 0.0
        self._asking = Together(self._cached)
        self._filling = Together(self._keep, most=_MOST_FILLED)
        self.hits = 0
        self.misses = 0

    async def holders(
        self, post: str, as_of: date | None = None, min_position: int = 0
    ) -> tuple[str, bytes] | None:
        """The weak ETag and the JSON of a HoldersAnswer; None where there is no such post.

        A cached answer is given only if it covers `min_position`. Whoever needs a position that the views have not
        reached yet waits for that first (`Views.wait_for`).
        """
        field = as_of.isoformat() if as_of else ""
        cached = await self._asking.ask(_Wanted(post, field, min_position))
        if cached is not None:
            self.hits += 1
            return cached
        self.misses += 1
        known = await self._views.known_holders(post, as_of)
        if known is None:
            return None
        tag, body = etag(known), _encoder.encode(known.answer)
        await self._filling.ask(_Found(post, field, known.position, tag, body))
        return tag, body

    async def run(self, stop: asyncio.Event) -> None:
        """Follows the views until `stop` is set. Several processes may: whoever comes first moves the cursor."""
        stopping = asyncio.create_task(stop.wait())
        working = asyncio.create_task(self._follow(stop), name="cache follower")
        try:
            await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            working.cancel()
            await asyncio.gather(working, return_exceptions=True)

    async def _follow(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                cursor = await self._views.watermark()
                while True:
                    cursor = await self._catch_up(cursor)
                    await self._views.wait_for(cursor + 1, _HEARTBEAT)
            except (RedisError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                logger.warning("the cache does not follow for now: %s: %s", type(error).__name__, error)
            await asyncio.sleep(_PAUSE)

    async def _catch_up(self, cursor: int) -> int:
        """Drops what was touched behind the cursor and moves it; gives where it stands in Redis."""
        watermark, day, touched = await self._views.touched(cursor, _MOST_TOUCHED)
        anew = int(len(touched) == _MOST_TOUCHED)  # too many to name: nothing that is older counts any more
        pairs = [each for pair in touched for each in pair] if not anew else []
        arguments = (cursor, watermark, day, self._answers, _MOST_TOUCHED, _STATE_LIVES, anew, *pairs)
        moved = await self._advance(keys=[self._state], args=arguments)
        assert isinstance(moved, int)
        if moved > watermark and await self._views.watermark() < moved:
            # The database was restored to an earlier day: nothing that is kept is of its history.
            await self.clear()
            return watermark
        return moved

    async def clear(self) -> None:
        """Takes every answer out of Redis, those included that would never be given again. Raises RedisError."""
        await self._redis.delete(self._state)
        async for key in self._redis.scan_iter(match=self._answers + "*", count=1000):
            await self._redis.unlink(key)

    async def _cached(self, wanted: Sequence["_Wanted"]) -> list[tuple[str, bytes] | None]:
        """Each answer, or None where there is none in Redis that will do: one round trip for all."""
        arguments = [each for one in wanted for each in (one.field, one.min_position)]
        values = await self._ask(self._read, [one.post for one in wanted], *arguments)
        if not isinstance(values, list):
            return [None] * len(wanted)
        return [_parted(value) for value in values]

    async def _keep(self, found: Sequence["_Found"]) -> list[None]:
        """Puts answers into Redis, each unless it may be older than what touched its post: one round trip for all."""
        arguments: list[str | int | bytes] = [_VALUE_LIVES, _MOST_DAYS]
        for each in found:
            arguments += (each.post, each.field, each.position, each.value)
        await self._ask(self._fill, [each.post for each in found], *arguments)
        return [None] * len(found)

    async def _ask(self, script: AsyncScript, posts: Sequence[str], *arguments: str | int | bytes) -> object:
        """What a script answers about posts; None while Redis does not answer, which is tried again only later."""
        loop = asyncio.get_running_loop()
        if loop.time() < self._shunned_until:
            return None
        try:
            async with asyncio.timeout(_PATIENCE):
                keys = [self._state, *(self._answers + post for post in posts)]
                answer: object = await script(keys=keys, args=arguments)
                return answer
        except (RedisError, OSError, TimeoutError) as error:
            logger.warning("answering without Redis: %s: %s", type(error).__name__, error)
            self._shunned_until = loop.time() + _PAUSE
            return None


class _Wanted(msgspec.Struct, frozen=True):
    """An answer that is asked for. `field`: the day, empty for the default one."""

    post: str
    field: str
    min_position: int


class _Found(msgspec.Struct, frozen=True):
    """An answer that shows everything up to a position."""

    post: str
    field: str
    position: int
    tag: str
    body: bytes

    @property
    def value(self) -> bytes:
        """As it stands in Redis."""
        return f"{self.position} {self.tag}\n".encode() + self.body


def _parted(value: object) -> tuple[str, bytes] | None:
    """ETag and body of a value."""
    if not isinstance(value, bytes):
        return None
    head, _, body = value.partition(b"\n")
    return head.partition(b" ")[2].decode(), body


def etag(known: Known) -> str:
    """The weak ETag of an answer about what is known now: where and when its post was touched, the day, the form."""
    touched = f"{known.touched}.{int(known.touched_at.timestamp()):x}"
    return f'W/"{touched}-{known.answer.as_of:%Y%m%d}-{REPRESENTATION}"'


def touched_at(tag: str) -> datetime:
    """When the post of an answer was last touched, from the answer's ETag: UTC, to the second."""
    seconds = tag.partition(".")[2].partition("-")[0]
    return datetime.fromtimestamp(int(seconds, 16), UTC)
