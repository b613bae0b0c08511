"""The recorded job behind a redaction: takes derived copies out of every room that holds some, until all are gone.

How far it has come is the cursor `redaction`. It does not move before everything is done, so a crash, or a Redis that
does not answer, only means that it is done again.
"""

import asyncio
import logging
from pathlib import Path

import asyncpg

from events.cursor import Cursor
from events.follow import Waker
from events.queries import queries
from events.redaction import carry_out, redactions
from projections.cache import Cache
from projections.redaction import posts_concerned
from service.extractors.answers import forget_answers
from service.idempotency import withhold_answers

CURSOR = "redaction"
_PAUSE = 0.25  # seconds between looks, however fast the views move on

_SQL = queries(Path(__file__).parent / "sql" / "redaction.sql")

logger = logging.getLogger(__name__)


async def run(pool: asyncpg.Pool, cache: Cache, waker: Waker) -> None:
    """Carries out redactions as the views come to know of them, for ever.

    Raises what Postgres and Redis raise: whoever runs it starts it again.
    """
    woken = waker.subscribe()
    try:
        while True:
            await carry_on(pool, cache)
            await asyncio.sleep(_PAUSE)
            await waker.wait(woken)
    finally:
        waker.unsubscribe(woken)


async def carry_on(pool: asyncpg.Pool, cache: Cache) -> int:
    """Carries out what the views know and the cursor does not; gives how many redactions that were."""
    cursor = Cursor(pool, CURSOR)
    before, watermark = await cursor.position(), await pool.fetchval(_SQL["watermark"])
    todo = await redactions(pool, before, watermark)
    for position, stream in todo:
        await carry_out(pool, position)
        await forget_answers(pool, stream)
        posts = await posts_concerned(pool, stream)
        await pool.execute(_SQL["forget_answers"], posts)
    if todo:
        await cache.clear()
        await withhold_answers(pool)
        await cursor.advance(todo[-1][0])
        await withhold_answers(pool)  # those that were made before it, and kept meanwhile
        logger.info("carried out the redactions up to position %d", todo[-1][0])
    return len(todo)
