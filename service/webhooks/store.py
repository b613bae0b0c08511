"""The queue in Postgres, typed: endpoints are leased, messages fetched, results recorded."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import asyncpg
import msgspec

from projections import applying
from service.outbound.answer import Answer, Outcome
from service.webhooks.messages import Message, messages_of
from service.webhooks.schedule import Health
from service.webhooks.sql import SQL

CHANGES_CHANNEL = applying.CHANGES_CHANNEL  # the matcher listens on it
DELIVERIES_CHANNEL = "incumbent_deliveries"  # the dispatchers do
# What a lost database looks like; asyncpg raises the third where a connection goes down between two of its messages.
DATABASE_LOST = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """An endpoint that this worker holds."""

    subscription: str
    url: str | None
    known: bool  # the read side knows the subscription and its key (it may be behind)
    in_force: bool  # neither is deleted, revoked, expired or without the scope
    stopped: bool  # it is paused, disabled, or waits for consent
    per_minute: int | None
    concurrency: int | None
    health: Health
    sealed: tuple[bytes, ...]  # the signing secrets in force
    sealed_headers: bytes | None


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What came of an attempt. `retry_at` is None where the message has ended."""

    message: Message
    state: Literal["pending", "delivered", "dead"]
    strikes: int
    retry_at: datetime | None
    began: datetime
    outcome: Outcome


class Fetched(msgspec.Struct, frozen=True):
    """The messages of the lanes that are due, oldest first, and the lanes whose next message cannot be made."""

    lanes: dict[str, list[Message]]
    stuck: tuple[str, ...]


class Store:
    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def lease(
        self, worker: uuid.UUID, *, seconds: float, at_most: int, now: datetime
    ) -> list[Endpoint]:
        """Takes up to so many endpoints that are due and that nobody holds."""
        rows = await self._pool.fetch(SQL["lease"], worker, seconds, at_most, now)
        return [
            Endpoint(
                subscription=row["subscription"],
                url=row["url"],
                known=row["known"],
                in_force=bool(row["in_force"]),
                stopped=row["stopped"] is not None,
                per_minute=row["per_minute"],
                concurrency=row["concurrency"],
                health=Health(
                    failures=row["failures"],
                    failing_since=row["failing_since"],
                    is_told=row["failing_told"],
                    succeeded_at=row["succeeded_at"],
                ),
                sealed=tuple(row["sealed"]),
                sealed_headers=row["sealed_headers"],
            )
            for row in rows
        ]

    async def renew(self, worker: uuid.UUID, subscriptions: Sequence[str], *, seconds: float) -> set[str]:
        """Holds on to those endpoints; gives those that are still held."""
        rows = await self._pool.fetch(SQL["renew"], worker, seconds, subscriptions)
        return {row["subscription"] for row in rows}

    async def next_due(self) -> datetime | None:
        """When the next endpoint that nobody holds is due."""
        next_due = await self._pool.fetchval(SQL["next_due"])
        assert next_due is None or isinstance(next_due, datetime)
        return next_due

    async def due(
        self, subscription: str, *, now: datetime, busy: Sequence[str], lanes: int, depth: int
    ) -> Fetched:
        """Up to `depth` messages of each of up to `lanes` lanes that are due and not `busy`."""
        rows = await self._pool.fetch(SQL["due"], subscription, now, busy, lanes, depth)
        messages = await messages_of(
            self._pool, subscription, [row for row in rows if row["position"] is not None]
        )
        fetched: dict[str, list[Message]] = {}
        stuck = dict.fromkeys(row["lane"] for row in rows if row["position"] is None)
        for lane, message in messages:
            if message is None or lane in stuck:
                stuck[lane] = None
            else:
                fetched.setdefault(lane, []).append(message)
        return Fetched(fetched, tuple(lane for lane in stuck if lane not in fetched))

    async def may_send(self, subscription: str, now: datetime) -> bool:
        """Whether the subscription and its key are in force, and it is not stopped."""
        return bool(await self._pool.fetchval(SQL["may_send"], subscription, now))

    async def postpone(self, subscription: str, lanes: Sequence[str], until: datetime) -> None:
        await self._pool.execute(SQL["postpone"], subscription, lanes, until)

    async def record(self, results: Sequence[Result], now: datetime) -> None:
        """Records results of different lanes, in one round trip."""
        messages = [result.message for result in results]
        answers = [result.outcome if isinstance(result.outcome, Answer) else None for result in results]
        failures = [None if isinstance(result.outcome, Answer) else result.outcome for result in results]
        timings = [result.outcome.timings for result in results]
        await self._pool.execute(
            SQL["record"],
            [message.subscription for message in messages],
            [message.position for message in messages],
            [message.ordinal for message in messages],
            [message.lane for message in messages],
            [result.state for result in results],
            [result.strikes for result in results],
            [result.retry_at for result in results],
            [result.began for result in results],
            [None if answer is None else answer.status for answer in answers],
            [None if failure is None else failure.kind for failure in failures],
            [None if failure is None else failure.why for failure in failures],
            [timing.connected for timing in timings],
            [timing.sent for timing in timings],
            [timing.first_byte for timing in timings],
            [timing.total for timing in timings],
            [answer.body if answer is not None and answer.body else None for answer in answers],
            now,
        )

    async def release(
        self,
        worker: uuid.UUID,
        subscription: str,
        health: Health,
        *,
        paused_until: datetime | None = None,
        disabled: Literal["gone", "failing", "ended"] | None = None,
        now: datetime,
    ) -> None:
        """Gives an endpoint back; does nothing where the lease was lost."""
        await self._pool.execute(
            SQL["release"],
            subscription,
            worker,
            paused_until,
            health.failures,
            health.failing_since,
            health.succeeded_at,
            disabled,
            health.is_told,
            now,
        )
