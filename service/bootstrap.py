"""The one place where everything is wired."""

import asyncio
import logging
import multiprocessing
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import asyncpg
import msgspec
from redis.asyncio import Redis

from events.checkpoint import signing_key
from events.checkpointing import NAME as CHECKPOINTS
from events.checkpointing import Checkpointer
from events.cursor import Cursor
from events.desk import NAME as DESK
from events.desk import Desk
from events.extraction import Extraction
from events.follow import Waker
from events.lease import lease
from events.log import Log
from events.migrate import Migration, migrations_in
from events.reading.article import derive
from events.reading.plugins import load
from projections.applying import CHANGES_CHANNEL
from projections.cache import Cache
from projections.projector import Projector
from projections.register import StoredRegister, StoredStanding
from projections.views import Views
from projections.watermark import PROJECTED_CHANNEL, Watermark
from service import clock, redaction
from service.keys import KeyRing
from service.outbound.addresses import policy_of
from service.outbound.client import Outbound
from service.process import become_extraction_worker
from service.secrets import Vault
from service.settings import Settings
from service.webhooks.dispatcher import Dispatcher
from service.webhooks.matcher import Matcher
from service.webhooks.store import DELIVERIES_CHANNEL

_HOUSE = Path(__file__).parent.parent
_POOL = 30  # connections of a worker, of which about ten are held: log, leases, listeners

logger = logging.getLogger(__name__)


def migrations() -> tuple[Migration, ...]:
    """The migrations of all rooms, in the order in which data flows."""
    rooms = (_HOUSE / room for room in ("events", "projections", "service"))
    return tuple(migration for room in rooms for migration in migrations_in(room))


class House(msgspec.Struct, frozen=True):
    """What handlers work with."""

    settings: Settings
    pool: asyncpg.Pool
    log: Log
    views: Views
    cache: Cache
    keys: KeyRing
    vault: Vault
    outbound: Outbound
    projector: Projector


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[House]:
    """Everything a worker process runs: the handlers' parts, and beside them projector, desk, webhooks and clock.

    At the end what is under way is finished or rolled back, and every connection given back.
    """
    async with AsyncExitStack() as stack:
        pool = await stack.enter_async_context(
            asyncpg.create_pool(settings.database_url, min_size=4, max_size=_POOL)
        )
        redis = Redis.from_url(settings.redis_url, socket_timeout=1.0, socket_connect_timeout=1.0)
        stack.push_async_callback(redis.aclose)
        log = Log(pool)
        stack.push_async_callback(log.close)
        watermark = Watermark(pool)
        stack.push_async_callback(watermark.close)
        wakers = {
            channel: Waker(pool, channel)
            for channel in (PROJECTED_CHANNEL, CHANGES_CHANNEL, DELIVERIES_CHANNEL)
        }
        for waker in wakers.values():
            stack.push_async_callback(waker.close)
        views = Views(pool, log, watermark)
        outbound = Outbound(policy_of(settings.webhook_allow, settings.webhook_deny_ports))
        stack.push_async_callback(outbound.close)
        house = House(
            settings=settings,
            pool=pool,
            log=log,
            views=views,
            cache=Cache(redis, views),
            keys=KeyRing(pool, wakers[PROJECTED_CHANNEL]),
            vault=Vault(settings.secret_keys),
            outbound=outbound,
            projector=Projector(pool, log),
        )
        extraction = Extraction(load(), _extraction_workers)
        stack.callback(_end_workers, extraction)
        desk = Desk(
            log,
            Cursor(pool, DESK),
            StoredRegister(pool, watermark),
            StoredStanding(pool),
            extraction,
        )
        await stack.enter_async_context(_running(house, desk, wakers))
        await extraction.read("article-first", 1, derive("", title=None, published=None))  # starts the worker
        yield house


@asynccontextmanager
async def _running(house: House, desk: Desk, wakers: dict[str, Waker]) -> AsyncIterator[None]:
    """The loops, each started again when it fails, all ended with the block."""
    stop = asyncio.Event()
    matcher = Matcher(house.pool, wakers[CHANGES_CHANNEL])
    dispatcher = Dispatcher(
        house.pool,
        wakers[DELIVERIES_CHANNEL],
        house.outbound,
        house.vault,
        source=house.settings.public_url,
    )

    async def read_articles() -> None:
        async with lease(house.settings.database_url, DESK):
            await desk.run()

    async def make_checkpoints(key: str) -> None:
        async with lease(house.settings.database_url, CHECKPOINTS):
            await Checkpointer(house.pool, signing_key(key)).run()

    graceful = [
        _supervised("projector", lambda: house.projector.run(stop)),
        _supervised("matcher", lambda: matcher.run(stop)),
        _supervised("dispatcher", lambda: dispatcher.run(stop)),
        _supervised("cache", lambda: house.cache.run(stop)),
    ]
    endless = [
        _supervised("desk", read_articles),
        _supervised("clock", lambda: clock.run(house.log)),
        _supervised("keys", house.keys.run),
        _supervised("redaction", lambda: redaction.run(house.pool, house.cache, wakers[PROJECTED_CHANNEL])),
    ]
    if (key := house.settings.checkpoint_key) is not None:
        endless.append(_supervised("checkpoints", lambda: make_checkpoints(key)))
    try:
        yield
    finally:
        stop.set()
        for task in endless:
            task.cancel()
        await asyncio.gather(*endless, *graceful, return_exceptions=True)


def _supervised(name: str, run: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
    """Runs a loop; a failure is told and the loop started again, ever more slowly up to half a minute."""

    async def keep() -> None:
        pause = 0.2
        while True:
            started = asyncio.get_running_loop().time()
            try:
                await run()
                return
            except Exception as error:  # noqa: BLE001 - a loop must come back whatever happened, and say so
                logger.error("%s failed and starts again: %s: %s", name, type(error).__name__, error)
            if asyncio.get_running_loop().time() - started > 60:
                pause = 0.2
            await asyncio.sleep(pause)
            pause = min(30.0, pause * 2)

    return asyncio.create_task(keep(), name=name)


def _extraction_workers() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(
        max_workers=1,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=become_extraction_worker,
    )


def _end_workers(extraction: Extraction) -> None:
    """What they were reading is read again after the next start."""
    for child in multiprocessing.active_children():
        child.kill()
    extraction.close()
