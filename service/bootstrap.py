"""The one place where everything is wired."""

import asyncio
import logging
import multiprocessing
from collections.abc import AsyncIterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

import asyncpg
import msgspec
from redis.asyncio import Redis

from events.checkpoint import signing_key
from events.checkpointing import NAME as CHECKPOINTS
from events.checkpointing import Checkpointer
from events.copies import Copies
from events.cursor import Cursor
from events.desk import NAME as DESK
from events.desk import Desk
from events.extraction import Extraction, Reader
from events.follow import Waker
from events.lease import lease
from events.log import CHANNEL as LOG_CHANNEL
from events.log import Log
from events.reading.article import derive
from events.reading.endpoint import NAME as ENDPOINT
from events.reading.extractor import DEFAULT
from events.reading.plugins import load
from projections.applying import CHANGES_CHANNEL
from projections.cache import Cache
from projections.connection import plan_by_index
from projections.memory import POLL as MEMORY_POLL
from projections.memory import Memory
from projections.projector import Projector
from projections.register import StoredRegister, StoredStanding
from projections.together import GROUPS
from projections.views import Views
from projections.watermark import PROJECTED_CHANNEL, Watermark
from service import clock, redaction
from service.checking import RECEIPT, Checks
from service.extractors.answers import Answers, Spending
from service.extractors.endpoint import EndpointReader, outbound_to
from service.extractors.together import Together
from service.feeds.following import Follower
from service.http.gate import Gate, Policy
from service.key_use import note_uses
from service.keyring import POLL, KeyRing
from service.limits import Limits
from service.listening import most_readers
from service.loops import Loops
from service.outbound.addresses import policy_of
from service.outbound.client import Outbound
from service.process import become_extraction_worker
from service.secrets import Vault
from service.settings import Settings
from service.signed_urls import SignedUrls
from service.signing import Signer
from service.webhooks.dispatcher import Dispatcher
from service.webhooks.keeper import Keeper
from service.webhooks.matcher import Matcher
from service.webhooks.store import DELIVERIES_CHANNEL

_POOL = 30  # connections of a worker, of which about ten are held: log, leases, listeners
_CLOSING = 3.0  # seconds

logger = logging.getLogger(__name__)


class House(msgspec.Struct, frozen=True):
    """What handlers work with."""

    settings: Settings
    pool: asyncpg.Pool
    log: Log
    views: Views
    cache: Cache
    memory: Memory
    keys: KeyRing
    gate: Gate
    urls: SignedUrls
    vault: Vault
    outbound: Outbound
    projector: Projector
    checks: Checks
    follower: Follower


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[House]:
    """Everything a worker process runs: the handlers' parts, and beside them projector, desk, webhooks and clock.

    At the end what is under way is finished or rolled back, and every connection given back.
    """
    async with AsyncExitStack() as stack:
        pool = await stack.enter_async_context(_connections(settings.database_url))
        redis = Redis.from_url(settings.redis_url, socket_timeout=1.0, socket_connect_timeout=1.0)
        stack.push_async_callback(redis.aclose)
        log = Log(pool)
        stack.push_async_callback(log.close)
        watermark = Watermark(pool)
        stack.push_async_callback(watermark.close)
        wakers = {channel: Waker(pool, channel) for channel in (CHANGES_CHANNEL, DELIVERIES_CHANNEL)}
        wakers[PROJECTED_CHANNEL] = Waker(pool, PROJECTED_CHANNEL, poll=MEMORY_POLL)
        wakers[LOG_CHANNEL] = Waker(pool, LOG_CHANNEL, poll=POLL)
        for waker in wakers.values():
            stack.push_async_callback(waker.close)
        register = StoredRegister(pool, watermark)
        looking = await stack.enter_async_context(_looking(settings.database_url))
        views = Views(pool, log, watermark, looking)
        outbound = Outbound(policy_of(settings.webhook_allow, settings.webhook_deny_ports))
        stack.push_async_callback(outbound.close)
        default = _local(DEFAULT, stack)
        keys = KeyRing(log, wakers[LOG_CHANNEL])
        limits = Limits(redis)
        stack.push_async_callback(limits.close)
        urls = SignedUrls(settings.secret_keys)
        policy = Policy(
            requests_per_minute=settings.requests_per_minute,
            public_requests_per_minute=settings.public_requests_per_minute if settings.public_read else None,
        )
        cache = Cache(redis, views)
        house = House(
            settings=settings,
            pool=pool,
            log=log,
            views=views,
            cache=cache,
            memory=Memory(pool, wakers[PROJECTED_CHANNEL], cache, bytes_at_most=settings.memory_bytes),
            keys=keys,
            gate=Gate(keys, limits, urls, policy),
            urls=urls,
            vault=Vault(settings.secret_keys),
            outbound=outbound,
            projector=Projector(pool, log),
            checks=Checks(pool, register, default, Signer(settings.secret_keys, RECEIPT)),
            follower=Follower(views, keys, wakers[CHANGES_CHANNEL], most_readers=most_readers()),
        )
        reader = await _reader(house, default, stack)
        desk = Desk(log, Cursor(pool, DESK), register, StoredStanding(pool), reader, Copies(pool, log))
        await stack.enter_async_context(_running(house, desk, wakers))
        yield house


def _local(name: str, stack: AsyncExitStack) -> Reader:
    """An extractor in a worker process of this one, which starts while everything else does.

    One that does not come up costs its articles their claims, and each says so; the log has them all.
    """
    extraction = Extraction(load(name), _extraction_workers)
    stack.callback(_end_workers, extraction)
    first = derive("", title=None, published=None)
    starting = asyncio.create_task(extraction.read("article-first", 1, first), name=f"start {name}")
    stack.callback(starting.cancel)
    return extraction


async def _reader(house: House, default: Reader, stack: AsyncExitStack) -> Reader:
    """Who reads articles, as the settings name them, the embedded default standing by."""
    settings = house.settings
    readers: dict[str, Reader] = {}
    for name in settings.extractors:
        if name == ENDPOINT and settings.endpoint is not None:
            outbound = outbound_to(settings.endpoint, settings.webhook_deny_ports)
            stack.push_async_callback(outbound.close)
            answers, spending = Answers(house.pool), Spending(house.pool)
            readers[name] = EndpointReader(settings.endpoint, outbound, answers, spending)
        else:
            readers[name] = default if name == DEFAULT else _local(name, stack)
    return default if [*readers] == [DEFAULT] else Together([*readers.values()], default)


@asynccontextmanager
async def _connections(url: str) -> AsyncIterator[asyncpg.Pool]:
    """The worker's pool. Who changes a session (the projector) mends it: to reset each costs each use a round trip."""
    made = await asyncpg.create_pool(url, min_size=4, max_size=_POOL, reset=_as_it_is)
    async with _closed(made) as pool:
        yield pool


@asynccontextmanager
async def _looking(url: str) -> AsyncIterator[asyncpg.Pool]:
    """Two connections that do nothing but look up who holds a post, for groups of askers.

    Planning those queries takes longer than carrying them out, so it is done once.
    """
    made = await asyncpg.create_pool(
        url, min_size=1, max_size=GROUPS, init=plan_by_index, reset=_as_it_is, server_settings={"jit": "off"}
    )
    async with _closed(made) as pool:
        yield pool


async def _as_it_is(connection: asyncpg.Connection) -> None:
    """Leaves a session as it is when its connection goes back to the pool; open transactions are ended all the same."""


@asynccontextmanager
async def _closed(pool: asyncpg.Pool) -> AsyncIterator[asyncpg.Pool]:
    """Closes a pool at the end. A connection that somebody still holds then is broken off, not waited for."""
    try:
        yield pool
    finally:
        try:
            async with asyncio.timeout(_CLOSING):
                await pool.close()
        except TimeoutError:
            logger.warning("connections were still in use after %s s; they are broken off", _CLOSING)
            pool.terminate()


@asynccontextmanager
async def _running(house: House, desk: Desk, wakers: dict[str, Waker]) -> AsyncIterator[None]:
    """The loops, each started again when it fails, all ended with the block."""
    loops = Loops()
    matcher = Matcher(house.pool, wakers[CHANGES_CHANNEL])
    dispatcher = Dispatcher(
        house.pool,
        wakers[DELIVERIES_CHANNEL],
        house.outbound,
        house.vault,
        source=house.settings.public_url,
    )

    keeper = Keeper(house.pool, house.log, keep=timedelta(days=house.settings.webhook_keep_days))

    async def read_articles() -> None:
        async with lease(house.settings.database_url, DESK):
            await desk.run()

    async def make_checkpoints(key: str) -> None:
        async with lease(house.settings.database_url, CHECKPOINTS):
            await Checkpointer(house.pool, signing_key(key)).run()

    loops.keep_until_stopped("projector", house.projector.run)
    loops.keep_until_stopped("matcher", matcher.run)
    loops.keep_until_stopped("dispatcher", dispatcher.run)
    loops.keep_until_stopped("cache", house.cache.run)
    loops.keep("memory", house.memory.run)
    loops.keep_until_stopped("changes for readers", house.follower.run)
    loops.keep("webhook keeper", keeper.run)
    loops.keep("desk", read_articles)
    loops.keep("clock", lambda: clock.run(house.log, house.views, house.pool))
    loops.keep("keys", house.keys.run)
    loops.keep_until_stopped("key use", lambda stop: note_uses(house.pool, house.gate.used, stop))
    loops.keep("redaction", lambda: redaction.run(house.pool, house.cache, wakers[PROJECTED_CHANNEL]))
    if (key := house.settings.checkpoint_key) is not None:
        loops.keep("checkpoints", lambda: make_checkpoints(key))
    try:
        yield
    finally:
        await loops.end()


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
