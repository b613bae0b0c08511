"""What the tests of the queue share: the read side's rows put there by hand, receivers, a clock that runs faster."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Self

import asyncpg
import msgspec
from cryptography.fernet import Fernet
from standardwebhooks import Webhook

from events.catalogue import SubscriptionFilter, encoder
from events.dates import PartialDate
from events.follow import Waker
from projections.model import Change, Endpoint, Membership
from service.outbound.addresses import loopback_allowed
from service.outbound.client import Outbound, Timeouts
from service.secrets import Vault, give_secret
from service.webhooks.clock import Clock
from service.webhooks.dispatcher import Dispatcher
from service.webhooks.matcher import Matcher
from service.webhooks.store import CHANGES_CHANNEL, DELIVERIES_CHANNEL
from tests.support.receiver import Receiver, Request
from tests.support.servers import Database

ALL_TYPES = ("holder.changed", "holder.announced", "timeline.amended")
KEY = "key-1"
EMPTIED = (
    "subscription", "api_key", "person", "organization", "post", "change",
    "webhook_secret", "webhook_endpoint", "webhook_lane", "webhook_delivery", "webhook_attempt", "webhook_notice",
    "webhook_header",
)  # fmt: skip
ROWS = (
    "INSERT INTO api_key (id, subject, prefix, secret_hash, scopes, publishers, created_position)"
    " VALUES ('key-1', 'desk', '', '', '{subscribe}', '{}', 0)",
    "INSERT INTO person (id, name, created_position) VALUES ('person-1', 'Ada Ström', 0)",
    "INSERT INTO organization (id, name, created_position) VALUES ('org-1', 'Norland', 0)",
    "INSERT INTO post (id, label, key, organization, seats_basis, fresh_for, declared_complete, zone,"
    " created_position)"
    " SELECT 'post-' || n, 'minister ' || n, 'minister ' || n, 'org-1', 'table', 730, false, 'UTC', 0"
    " FROM generate_series(0, 99) AS n",
)
_numbers = itertools.count(1)


class FastClock(Clock):
    """A clock on which `speed` seconds pass in each."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._began, self._began_at = time.monotonic(), datetime.now(UTC)

    def now(self) -> datetime:
        return self._began_at + timedelta(seconds=(time.monotonic() - self._began) * self._speed)

    def seconds_until(self, instant: datetime) -> float:
        return super().seconds_until(instant) / self._speed


class Pools(msgspec.Struct, frozen=True):
    database: Database
    admin: asyncpg.Pool  # puts the read side's rows there
    application: asyncpg.Pool


class World:
    """A migrated database with a valid key, and everything that is needed to deliver from it."""

    def __init__(self, pools: Pools) -> None:
        self.database = pools.database
        self.admin = pools.admin
        self.pool = pools.application
        self.secret_key = Fernet.generate_key().decode()
        self.vault = Vault([self.secret_key])
        self.secrets: dict[str, str] = {}  # by subscription
        self.position = 0
        self.clock = Clock()

    @classmethod
    async def fresh(cls, pools: Pools) -> Self:
        """One in which nothing has happened."""
        for table in EMPTIED:
            await pools.admin.execute(f"DELETE FROM {table}")
        await pools.admin.execute("UPDATE webhook_cursor SET position = 0, ordinal = 0")
        await pools.admin.execute("UPDATE cursor SET position = 0 WHERE name = 'projector'")
        for row in ROWS:
            await pools.admin.execute(row)
        return cls(pools)

    async def subscribe(
        self,
        receiver: Receiver | str,
        *,
        types: tuple[str, ...] = ALL_TYPES,
        filter: SubscriptionFilter | None = None,
        key: str = KEY,
        from_position: int | None = None,
        stopped: str | None = None,
        per_minute: int | None = None,
        concurrency: int | None = None,
        headers: dict[str, str] | None = None,
    ) -> str:
        """A subscription from here on; its id."""
        subscription = f"subscription-{next(_numbers)}"
        self.secrets[subscription] = await give_secret(self.pool, self.vault, subscription)
        if headers:
            await self.pool.execute(
                "INSERT INTO webhook_header (subscription, names, sealed) VALUES ($1, $2, $3)",
                subscription,
                sorted(headers),
                self.vault.seal(msgspec.json.encode(headers).decode()),
            )
        self.position += 1
        await self.admin.execute(
            "INSERT INTO subscription (id, url, key, types, filter, description, created_position, changed_position,"
            " from_position, stopped, per_minute, concurrency)"
            " VALUES ($1, $2, $3, $4, $5, '', $6, $6, $7, $8, $9, $10)",
            subscription,
            receiver if isinstance(receiver, str) else receiver.url,
            key,
            types,
            encoder.encode(filter or SubscriptionFilter()),
            self.position,
            from_position,
            stopped,
            per_minute,
            concurrency,
        )
        return subscription

    async def stop(self, subscription: str, stopped: str = "paused") -> None:
        """The views know an event that stops it."""
        self.position += 1
        await self.admin.execute(
            "UPDATE subscription SET stopped = $2, changed_position = $3 WHERE id = $1",
            subscription,
            stopped,
            self.position,
        )
        await self.project()

    async def resume(self, subscription: str) -> None:
        """The views know an event that lets it go on."""
        self.position += 1
        await self.admin.execute(
            "UPDATE subscription SET stopped = NULL, resumed_position = $2, changed_position = $2 WHERE id = $1",
            subscription,
            self.position,
        )
        await self.project()

    async def change(
        self, *posts: str, person: str = "person-1", current: bool = True, projected: bool = True
    ) -> list[str]:
        """An event that changes the view of some posts; the ids of the changes."""
        self.position += 1
        made = [
            _change(f"{self.position}.{n}", post, person, current) for n, post in enumerate(posts, start=1)
        ]
        await self.admin.executemany(
            "INSERT INTO change (position, ordinal, post, kind, current_changed, effective_earliest, body)"
            " VALUES ($1, $2, $3, $4, $5, NULL, $6)",
            [
                (self.position, n, change.post, change.kind, current, encoder.encode(change))
                for n, change in enumerate(made, start=1)
            ],
        )
        if projected:
            await self.project()
        return [change.id for change in made]

    async def project(self) -> None:
        """The read side has come as far as the last event."""
        async with self.admin.acquire() as connection, connection.transaction():
            await connection.execute(
                "UPDATE cursor SET position = $1 WHERE name = 'projector'", self.position
            )
            await connection.execute("SELECT pg_notify('incumbent_changes', '')")

    async def states(self, subscription: str) -> dict[str, str]:
        """The state of each delivery, by change."""
        rows = await self.pool.fetch(
            "SELECT position, ordinal, state FROM webhook_delivery WHERE subscription = $1"
            " ORDER BY position, ordinal",
            subscription,
        )
        return {f"{row['position']}.{row['ordinal']}": row["state"] for row in rows}

    async def endpoint(self, subscription: str) -> asyncpg.Record:
        row = await self.pool.fetchrow("SELECT * FROM webhook_endpoint WHERE subscription = $1", subscription)
        assert row is not None
        return row

    def genuine(self, request: Request, subscription: str) -> bool:
        """Whether the specification's own library takes the request for genuine. Raises where it does not."""
        Webhook(self.secrets[subscription]).verify(request.body, request.headers)
        return True

    @asynccontextmanager
    async def delivering(
        self, *, dispatchers: int = 1, lease: float = 15.0, grace: float = 1.0, concurrency: int = 10
    ) -> AsyncIterator[list[asyncio.Task[None]]]:
        """A matcher and so many dispatchers at work; the dispatchers' tasks."""
        async with AsyncExitStack() as stack:
            stop = asyncio.Event()
            outbound = Outbound(
                loopback_allowed(),
                timeouts=Timeouts(connect=0.3, write=0.3, first_byte=0.3, whole=0.5, body=0.1),
            )
            stack.push_async_callback(outbound.close)
            changes = Waker(self.pool, CHANGES_CHANNEL)
            deliveries = Waker(self.pool, DELIVERIES_CHANNEL)
            stack.push_async_callback(changes.close)
            stack.push_async_callback(deliveries.close)
            tasks = [
                asyncio.create_task(
                    Dispatcher(
                        self.pool,
                        deliveries,
                        outbound,
                        self.vault,
                        source="https://incumbent.example",
                        clock=self.clock,
                        lease=lease,
                        grace=grace,
                        poll=0.1,
                        concurrency=concurrency,
                    ).run(stop)
                )
                for _ in range(dispatchers)
            ]
            matching = asyncio.create_task(Matcher(self.pool, changes, clock=self.clock, poll=0.1).run(stop))
            try:
                yield tasks
            finally:
                stop.set()
                for task in (*tasks, matching):
                    try:
                        await task
                    except asyncio.CancelledError:
                        assert task.cancelled()  # by the test


@asynccontextmanager
async def pools_of(database: Database) -> AsyncIterator[Pools]:
    async with (
        asyncpg.create_pool(database.admin_url, min_size=1, max_size=2) as admin,
        asyncpg.create_pool(database.database_url, min_size=2, max_size=10) as application,
    ):
        yield Pools(database, admin, application)


def changes_of(requests: list[Request]) -> list[str]:
    """The changes that arrived, in order of arrival."""
    return [request.change for request in requests]


def by_post(requests: list[Request]) -> dict[str, list[str]]:
    """The changes that arrived, in order of arrival, by post."""
    lanes: dict[str, list[str]] = {}
    for request in requests:
        lanes.setdefault(request.event["subject"], []).append(request.change)
    return lanes


def order_of(change: str) -> tuple[int, int]:
    position, _, ordinal = change.partition(".")
    return int(position), int(ordinal)


async def eventually(condition: Callable[[], object], *, seconds: float = 5.0) -> None:
    """Returns when the condition holds; fails the test where it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        await asyncio.sleep(0.01)


def _change(id: str, post: str, person: str, current: bool) -> Change:
    return Change(
        id=id,
        post=post,
        kind="took_office" if current else "standing",
        current_changed=current,
        effective=PartialDate.parse("2026-03-02"),
        before=(),
        after=(
            Membership(
                post=post,
                person=person,
                capacity="substantive",
                start=Endpoint(date=PartialDate.parse("2026-03-02"), basis="said"),
                end=None,
                reason=None,
                standing="official",
                checked_by="machine",
                first_attested=date(2026, 3, 2),
                last_attested=date(2026, 3, 2),
                incoming=None,
                claims=(),
            ),
        ),
        cause="an-event",
        recorded_at="2026-03-02T12:00:00Z",
    )
