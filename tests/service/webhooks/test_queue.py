"""The queue under a backlog: every query of the hot path is an index look-up."""

import json
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from events.follow import Waker
from events.queries import queries
from service.outbound.answer import Answer, Timings
from service.webhooks import deliveries
from service.webhooks.matcher import Matcher
from service.webhooks.schedule import Health
from service.webhooks.sql import SQL
from service.webhooks.store import CHANGES_CHANNEL, Result, Store
from tests.service.webhooks.world import Pools, World

DELIVERIES = queries(Path(deliveries.__file__).with_name("deliveries.sql"))
BIG = ("webhook_endpoint", "webhook_lane", "webhook_delivery", "webhook_attempt", "webhook_notice", "change")
SUBSCRIPTIONS, LANES, MESSAGES = 1_000, 20, 5  # 100,000 pending deliveries
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def backlog(pools: Pools) -> World:
    """A queue with 100,000 pending deliveries of 1,000 endpoints, none of which is due."""
    world = await World.fresh(pools)
    await world.change("post-0")
    body = await world.admin.fetchval("SELECT body FROM change")
    later = NOW + timedelta(hours=1)
    for statement, arguments in (
        (
            "INSERT INTO change (position, ordinal, post, kind, current_changed, body)"
            " SELECT 1000 + n, 1, 'post-0', 'took_office', true, $1 FROM generate_series(1, 5000) AS n",
            (body,),
        ),
        (
            "INSERT INTO subscription (id, url, key, types, filter, description, created_position,"
            " changed_position)"
            " SELECT 's-' || n, 'http://127.0.0.1/', 'key-1', '{holder.changed}', '{}', '', 0, n"
            " FROM generate_series(1, $1::integer) AS n",
            (SUBSCRIPTIONS,),
        ),
        (
            "INSERT INTO webhook_endpoint (subscription, due_at)"
            " SELECT 's-' || n, $2 FROM generate_series(1, $1::integer) AS n",
            (SUBSCRIPTIONS, later),
        ),
        (
            "INSERT INTO webhook_lane (subscription, lane, next_attempt_at, last_position, last_ordinal)"
            " SELECT 's-' || n, 'post-' || m, $3, 1, 1"
            " FROM generate_series(1, $1::integer) AS n, generate_series(1, $2::integer) AS m",
            (SUBSCRIPTIONS, LANES, later),
        ),
        (
            "INSERT INTO webhook_delivery (subscription, position, ordinal, lane, type)"
            " SELECT 's-' || n, 1000 + k * 100 + m, 1, 'post-' || m, 'holder.changed'"
            " FROM generate_series(1, $1::integer) AS n, generate_series(1, $2::integer) AS m,"
            " generate_series(1, $3::integer) AS k",
            (SUBSCRIPTIONS, LANES, MESSAGES),
        ),
        (
            "INSERT INTO webhook_attempt (subscription, position, ordinal, attempt, began_at, status, total_ms)"
            " SELECT 's-' || n, k, 1, 1, $2, 204, 1"
            " FROM generate_series(1, 50) AS k, generate_series(1, $1::integer) AS n",
            (SUBSCRIPTIONS, NOW),
        ),
        (
            "INSERT INTO webhook_notice (position, type, about, noticed_at, is_matched)"
            " SELECT n, 'message.dead', 's-1', $1, true FROM generate_series(1, 5000) AS n",
            (NOW,),
        ),
    ):
        await world.admin.execute(statement, *arguments)
    await world.admin.execute("ANALYZE")
    return world


@asynccontextmanager
async def no_sequential_scans(world: World, *, but: str = "") -> AsyncIterator[None]:
    """Fails where the application read one of the big tables, `but` one, from end to end."""

    async def scans() -> dict[str, int]:
        for _ in range(20):  # whichever connections have something to tell
            await world.pool.execute("SELECT pg_stat_force_next_flush()")
        rows = await world.pool.fetch(
            "SELECT relname, seq_scan FROM pg_stat_user_tables WHERE relname = ANY ($1::text[]) AND relname <> $2",
            BIG,
            but,
        )
        return {row["relname"]: row["seq_scan"] for row in rows}

    before = await scans()
    yield
    assert await scans() == before


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for child in plan.get("Plans", []) for node in nodes(child))]


async def plan_of(
    connection: asyncpg.pool.PoolConnectionProxy, query: str, *arguments: object
) -> list[dict[str, Any]]:
    explained = await connection.fetchval(f"EXPLAIN (FORMAT JSON, ANALYZE) {query}", *arguments)
    return nodes(json.loads(explained)[0]["Plan"])


@pytest.mark.parametrize(
    ("name", "indexes"),
    [
        ("lease", {"webhook_endpoint_due_at_idx", "webhook_endpoint_pkey"}),
        ("next_due", {"webhook_endpoint_due_at_idx"}),
        ("due", {"webhook_lane_next_idx", "webhook_delivery_pending_idx", "change_pkey"}),
        ("renew", {"webhook_endpoint_worker_idx"}),
        ("postpone", {"webhook_lane_pkey", "webhook_delivery_pending_idx"}),
        ("changes", {"change_pkey"}),
        ("last_changes", {"change_pkey"}),
        ("subscriptions", {"subscription_changed_idx"}),
        ("may_send", {"subscription_pkey"}),
        ("behind", {"webhook_endpoint_behind_idx"}),
        ("notices", {"webhook_notice_unmatched_idx"}),
        ("untold", {"webhook_endpoint_untold_idx"}),
        (
            "forget_delivered",
            {"webhook_delivery_delivered_idx", "webhook_delivery_pkey", "webhook_attempt_pkey"},
        ),
        ("list", {"webhook_delivery_pkey"}),
        ("dead", {"webhook_delivery_dead_idx"}),
        ("one", {"webhook_delivery_pkey"}),
        ("attempts", {"webhook_attempt_pkey"}),
        ("told", {"webhook_attempt_number_idx"}),
        ("recent", {"webhook_attempt_number_idx"}),
        ("oldest", {"webhook_lane_next_idx", "webhook_delivery_pending_idx"}),
        ("pending", set()),
    ],
)
async def test_each_query_is_served_by_its_index(backlog: World, name: str, indexes: set[str]) -> None:
    worker = uuid.uuid4()
    arguments: tuple[object, ...] = {
        "lease": (worker, 15.0, 20, NOW + timedelta(hours=2)),
        "next_due": (),
        "due": ("s-7", NOW + timedelta(hours=2), ["post-1"], 10, 8),
        "renew": (worker, 15.0, ["s-7", "s-8"]),
        "postpone": ("s-7", ["post-1"], NOW + timedelta(hours=1)),
        "changes": (5_990, 1, 6_000, 500),
        "last_changes": (100,),
        "subscriptions": (990,),
        "may_send": ("s-7", NOW),
        "behind": (NOW, 20),
        "notices": (100,),
        "untold": (),
        "forget_delivered": (NOW, 1_000),
        "list": ("s-7", None, 2_000, 1, 100),
        "dead": ("s-7", 2_000, 1, 100),
        "one": ("s-7", 1_101, 1),
        "attempts": ("s-7", 1_101, 1),
        "told": ("s-7", 49_000, 100),
        "recent": ("s-7", 1_000),
        "oldest": ("s-7",),
        "pending": ("s-7", 10_000),
    }[name]
    async with backlog.pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        plan = await plan_of(connection, {**SQL, **DELIVERIES}[name], *arguments)
        await transaction.rollback()
    used = {node["Index Name"] for node in plan if "Index Name" in node}
    assert indexes <= used, plan
    scanned = {node["Relation Name"] for node in plan if node["Node Type"] == "Seq Scan"}
    assert not scanned & set(BIG), plan


async def test_taking_sending_and_giving_back_reads_no_table_from_end_to_end(backlog: World) -> None:
    store, worker = Store(backlog.pool), uuid.uuid4()
    later = NOW + timedelta(hours=2)
    timings = Timings(1, 2, 3, 4)
    async with no_sequential_scans(backlog):
        began = time.monotonic()
        for _ in range(8):  # by then the functions run on their generic plans
            for endpoint in await store.lease(worker, seconds=15, at_most=10, now=later):
                fetched = await store.due(endpoint.subscription, now=later, busy=[], lanes=10, depth=8)
                assert len(fetched.lanes) == 10
                assert all(len(messages) == MESSAGES for messages in fetched.lanes.values())
                await store.record(
                    [
                        Result(
                            message=messages[0],
                            state="delivered",
                            strikes=0,
                            retry_at=None,
                            began=later,
                            outcome=Answer(204, b"", None, timings),
                        )
                        for messages in fetched.lanes.values()
                    ],
                    later,
                )
                await store.renew(worker, [endpoint.subscription], seconds=15)
                await store.release(
                    worker,
                    endpoint.subscription,
                    Health(),
                    paused_until=later + timedelta(hours=1),
                    now=later,
                )
                await store.next_due()
        assert time.monotonic() - began < 10
    delivered = await backlog.pool.fetchval("SELECT count(*) FROM webhook_delivery WHERE state = 'delivered'")
    assert delivered == 800


async def test_matching_reads_the_changes_from_the_cursor_on(backlog: World) -> None:
    await backlog.admin.execute("UPDATE subscription SET deleted_position = 1 WHERE length(id) > 3")
    await backlog.pool.execute("UPDATE webhook_cursor SET position = 5990, ordinal = 1")
    backlog.position = 6_000
    await backlog.project()
    waker = Waker(backlog.pool, CHANGES_CHANNEL)
    # All subscriptions are looked at for each batch, and with them their endpoints.
    async with no_sequential_scans(backlog, but="webhook_endpoint"):
        assert await Matcher(backlog.pool, waker).step() == 10
        assert await Matcher(backlog.pool, waker).step() == 0
    queued = await backlog.pool.fetchval("SELECT count(*) FROM webhook_delivery WHERE position > 5990")
    assert queued == 10 * 9
