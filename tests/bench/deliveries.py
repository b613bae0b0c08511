"""Webhooks: how soon an idle receiver hears, how many deliveries a second, and what spoils it."""

import asyncio
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import asyncpg
import msgspec

from events.catalogue import SubscriptionFilter
from events.follow import Waker
from service.outbound.addresses import loopback_allowed
from service.outbound.client import Outbound
from service.webhooks.dispatcher import Dispatcher
from service.webhooks.filters import Found
from service.webhooks.matcher import Matcher
from service.webhooks.matching import Index, Subscription
from service.webhooks.store import CHANGES_CHANNEL, DELIVERIES_CHANNEL, Store
from tests.bench.holders import resident
from tests.bench.pairs import PAIRS, Row, spread
from tests.service.webhooks.world import World, pools_of
from tests.support.receiver import Receiver, Request, receiver
from tests.support.servers import Database

IDLE = 150  # changes
ENDPOINTS = 50
ROUND = 20  # changes, each to every endpoint
AT_ONCE = 10  # requests to an endpoint
BAD = 6  # endpoints: one that hangs and five that fail
SUBSCRIPTIONS = 10_000
BACKLOG = 1_000_000
POSTS = tuple(f"post-{n}" for n in range(ROUND))
SOURCE = "https://incumbent.example"


async def deliveries(database: Database) -> list[Row]:
    """All rows, on one database."""
    async with pools_of(database) as pools:
        rows = [await _idle(await World.fresh(pools)), _matching()]
        async with _sink(ENDPOINTS) as sink:
            rows.append(await _throughput(await World.fresh(pools), sink))
            rows.append(await _beside_bad_ones(await World.fresh(pools), sink))
            rows.append(await _behind_a_backlog(await World.fresh(pools), sink))
    return rows


async def _idle(world: World) -> Row:
    """From a Change that is projected until its receiver has it, against a NOTIFY and then a bare POST."""
    ours, floor = list[float](), list[float]()
    async with receiver() as listening, _delivering(world):
        await world.subscribe(listening)
        notified = asyncio.Event()
        listener = await asyncpg.connect(world.database.database_url)
        await listener.add_listener("bench", lambda *_: notified.set())
        outbound = Outbound(loopback_allowed())
        body = b""
        for number in range(IDLE + 10):
            await world.change("post-1", projected=False)
            began = time.monotonic()
            await world.project()
            seconds = (await _next(listening)).at - began
            body = listening.received[-1].body
            await asyncio.sleep(0.01)
            notified.clear()
            began_bare = time.monotonic()
            await world.admin.execute("SELECT pg_notify('bench', '')")
            await notified.wait()
            await outbound.send("POST", listening.url, {"content-type": "application/json"}, body)
            bare = listening.received[-1].at - began_bare
            listening.received.clear()
            if number >= 10:  # both warm
                ours.append(seconds)
                floor.append(bare)
            await asyncio.sleep(0.01)
        await outbound.close()
        await listener.close()
    late, bare_late = (statistics.quantiles(each, n=100)[98] * 1000 for each in (ours, floor))
    return Row(
        "change projected to received by an idle endpoint, floor: NOTIFY, then a bare POST",
        _told(ours),
        _told(floor),
        f"p99 {late:.1f} ms of {10 + 3 * bare_late:.1f} (10 ms and three times the floor)",
    )


async def _next(listening: Receiver) -> Request:
    await listening.until(lambda r: len(r.received) == 1, seconds=30)
    return listening.received[0]


async def _throughput(world: World, sink: "Sink") -> Row:
    """Deliveries a second to 50 endpoints, against the same client that posts the same bodies in a loop."""
    for port in sink.ports:
        await world.subscribe(f"http://127.0.0.1:{port}/")
    bodies = await _bodies(world, sink)
    ours, floors = list[float](), list[float]()
    for number in range(PAIRS):
        for which in ("ours", "floor") if number % 2 == 0 else ("floor", "ours"):
            if which == "floor":
                floors.append(await _posted(sink, bodies))
            else:
                await _queued(world)
                ours.append(await _delivered(world, sink, range(ENDPOINTS)))
    return Row(
        f"deliveries to {ENDPOINTS} endpoints, floor: the same client posts the same bodies",
        f"{spread(ours)} /s",
        f"{spread(floors)} /s",
        spread([one / floor for one, floor in zip(ours, floors, strict=True)], 2),
    )


async def _beside_bad_ones(world: World, sink: "Sink") -> Row:
    """Deliveries a second to the healthy endpoints while one hangs and five fail, against while all are well."""
    healthy = range(BAD, ENDPOINTS)
    subscriptions = [await world.subscribe(f"http://127.0.0.1:{port}/") for port in sink.ports]
    hanging = socket.create_server(("127.0.0.1", 0))  # takes connections and never reads
    nobody = socket.create_server(("127.0.0.1", 0))
    refused = nobody.getsockname()[1]
    nobody.close()
    bad = [f"http://127.0.0.1:{port}/" for port in (hanging.getsockname()[1], *[refused] * (BAD - 1))]
    good = [f"http://127.0.0.1:{port}/" for port in sink.ports[:BAD]]
    rates: dict[bool, list[float]] = {True: [], False: []}
    for number in range(PAIRS):
        for spoilt in (True, False) if number % 2 == 0 else (False, True):
            for subscription, url in zip(subscriptions[:BAD], bad if spoilt else good, strict=True):
                await world.admin.execute("UPDATE subscription SET url = $2 WHERE id = $1", subscription, url)
            await world.pool.execute(
                "UPDATE webhook_endpoint SET paused_until = NULL, failures = 0, failing_since = NULL"
            )
            await _queued(world)
            rates[spoilt].append(await _delivered(world, sink, healthy))
            await world.pool.execute(
                "UPDATE webhook_delivery SET state = 'dead', ended_at = now() WHERE state = 'pending'"
            )
            await world.pool.execute("UPDATE webhook_lane SET next_attempt_at = NULL")
            await world.pool.execute("UPDATE webhook_endpoint SET due_at = NULL")
    hanging.close()
    return Row(
        f"deliveries to {len(healthy)} healthy endpoints, one hanging and {BAD - 1} failing beside them, floor: none",
        f"{spread(rates[True])} /s",
        f"{spread(rates[False])} /s",
        spread([one / other for one, other in zip(rates[True], rates[False], strict=True)], 2),
    )


async def _behind_a_backlog(world: World, sink: "Sink") -> Row:
    """Deliveries a second to the endpoints that answer while a million more wait for one that is paused."""
    subscriptions = [await world.subscribe(f"http://127.0.0.1:{port}/") for port in sink.ports]
    floors: list[float] = []
    ours: list[float] = []
    for _ in range(PAIRS):
        await _queued(world)
        floors.append(await _delivered(world, sink, range(1, ENDPOINTS)))
    before = resident(os.getpid())
    await world.pool.execute(
        "INSERT INTO webhook_delivery (subscription, position, ordinal, lane, type)"
        " SELECT $1, n, 1, 'post-' || n % 10000, 'holder.changed' FROM generate_series(1000000, 999999 + $2) AS n",
        *(subscriptions[0], BACKLOG),
    )
    await world.pool.execute(
        "INSERT INTO webhook_lane (subscription, lane, next_attempt_at, last_position, last_ordinal)"
        " SELECT $1, 'post-' || n, now(), 1000000, 1 FROM generate_series(0, 9999) AS n ON CONFLICT DO NOTHING",
        subscriptions[0],
    )
    await world.pool.execute(
        "UPDATE webhook_endpoint SET paused_until = now() + interval '1 day', due_at = now() + interval '1 day'"
        " WHERE subscription = $1",
        subscriptions[0],
    )
    for _ in range(PAIRS):
        await _queued(world)
        ours.append(await _delivered(world, sink, range(1, ENDPOINTS)))
    return Row(
        f"deliveries with {BACKLOG:,} more pending, floor: with none, resident memory {before / 1e6:,.0f} MB before"
        f" and {resident(os.getpid()) / 1e6:,.0f} MB after",
        f"{spread(ours)} /s",
        f"{spread(floors)} /s",
        f"{statistics.median(ours) / statistics.median(floors):.2f}",
    )


def _matching() -> Row:
    """Milliseconds to match a Change against ten thousand subscriptions with filters."""
    index = Index(
        Subscription(
            id=f"subscription-{n}",
            types=("holder.changed",),
            filter=SubscriptionFilter(posts=(f"post-{n % 5_000}",))
            if n % 2
            else SubscriptionFilter(persons=(f"person-{n}",)),
            after=0,
        )
        for n in range(SUBSCRIPTIONS)
    )
    found = [_found(n) for n in range(200)]
    taken: list[float] = []
    for each in found:
        began = time.perf_counter()
        matched = list(index.wanting(each))
        taken.append((time.perf_counter() - began) * 1000)
        if not matched:
            raise RuntimeError("nobody wants the change")
    return Row(
        f"a change matched against {SUBSCRIPTIONS:,} subscriptions with filters (2 ms)",
        f"{spread(taken, 3)} ms",
        "",
        "",
    )


class Sink(msgspec.Struct, frozen=True):
    process: asyncio.subprocess.Process
    ports: Sequence[int]

    async def counts(self) -> list[int]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(b"count\n")
        return [int(each) for each in (await self.process.stdout.readline()).split()]


@asynccontextmanager
async def _sink(ports: int) -> AsyncIterator[Sink]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.sink", str(ports), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield Sink(process, [int(each) for each in (await process.stdout.readline()).split()])
    finally:
        process.kill()
        await process.wait()


@asynccontextmanager
async def _delivering(world: World, *, matching: bool = True) -> AsyncIterator[None]:
    """A matcher and a dispatcher as a worker runs them."""
    stop = asyncio.Event()
    outbound = Outbound(loopback_allowed())
    changes, waiting = Waker(world.pool, CHANGES_CHANNEL), Waker(world.pool, DELIVERIES_CHANNEL)
    dispatcher = Dispatcher(world.pool, waiting, outbound, world.vault, source=SOURCE, grace=0.1)
    tasks = [asyncio.create_task(dispatcher.run(stop))]
    if matching:
        tasks.append(asyncio.create_task(Matcher(world.pool, changes).run(stop)))
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*tasks)
        await outbound.close()
        await changes.close()
        await waiting.close()


async def _queued(world: World) -> None:
    """A Change of each post, matched and waiting to be sent to everybody."""
    await world.change(*POSTS)
    waker = Waker(world.pool, CHANGES_CHANNEL)
    matcher = Matcher(world.pool, waker)
    while await matcher.step():
        pass
    await waker.close()


async def _delivered(world: World, sink: Sink, healthy: range) -> float:
    """Deliveries a second to some of the endpoints, until each has all of the round."""
    before = await sink.counts()
    began = time.perf_counter()
    async with _delivering(world, matching=False), asyncio.timeout(120):
        while True:
            now = await sink.counts()
            if all(now[number] - before[number] >= ROUND for number in healthy):
                taken = time.perf_counter() - began
                break
            await asyncio.sleep(0.005)
    return len(healthy) * ROUND / taken


async def _bodies(world: World, sink: Sink) -> list[bytes]:
    """The bodies of a round to one endpoint, as the service makes them."""
    await _queued(world)
    subscription = await world.pool.fetchval("SELECT min(subscription) FROM webhook_lane")
    fetched = await Store(world.pool).due(subscription, now=datetime.now(UTC), busy=[], lanes=ROUND, depth=1)
    bodies = [message.body(SOURCE) for messages in fetched.lanes.values() for message in messages]
    await _delivered(world, sink, range(ENDPOINTS))
    assert len(bodies) == ROUND
    return bodies


async def _posted(sink: Sink, bodies: Sequence[bytes]) -> float:
    """Requests a second where nothing is read, signed or recorded: as many at once to each endpoint."""
    outbound = Outbound(loopback_allowed())

    async def post(port: int, some: Sequence[bytes]) -> None:
        for body in some:
            await outbound.send(
                "POST", f"http://127.0.0.1:{port}/", {"content-type": "application/json"}, body
            )

    began = time.perf_counter()
    each = -(-len(bodies) // AT_ONCE)
    await asyncio.gather(
        *(
            post(port, bodies[start : start + each])
            for port in sink.ports
            for start in range(0, len(bodies), each)
        )
    )
    taken = time.perf_counter() - began
    await outbound.close()
    return len(sink.ports) * len(bodies) / taken


def _found(number: int) -> Found:
    return Found(
        position=1,
        ordinal=1,
        lane=f"post-{number}",
        type="holder.changed",
        posts=(f"post-{2 * number + 1}",),
        persons=(f"person-{2 * number}",),
    )


def _told(seconds: Sequence[float]) -> str:
    cut = statistics.quantiles(seconds, n=100)
    return f"p50 {cut[49] * 1000:.1f} ms, p99 {cut[98] * 1000:.1f} ms"
