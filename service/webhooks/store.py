"""The queue in Postgres, typed: endpoints are leased, messages fetched, results recorded."""

import logging
import uuid
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

import asyncpg
import msgspec

from events.catalogue import SubscriptionType, from_builtin
from events.queries import queries
from projections import applying
from projections.model import Change
from service.outbound.answer import Answer, Outcome
from service.webhooks.body import Names, OrganizationPart, message_id
from service.webhooks.schedule import Health, Tries

logger = logging.getLogger(__name__)

CHANGES_CHANNEL = applying.CHANGES_CHANNEL  # the matcher listens on it
DELIVERIES_CHANNEL = "incumbent_deliveries"  # the dispatchers do
# What a lost database looks like; asyncpg raises the third where a connection goes down between two of its messages.
DATABASE_LOST = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
SQL = queries(Path(__file__).with_name("queries.sql"))
change_decoder = msgspec.json.Decoder(Change, dec_hook=from_builtin)


class Endpoint(msgspec.Struct, frozen=True, kw_only=True):
    """An endpoint that this worker holds."""

    subscription: str
    url: str | None
    known: bool  # the read side knows the subscription and its key (it may be behind)
    in_force: bool  # neither is deleted, revoked or expired
    health: Health
    sealed: tuple[bytes, ...]  # the signing secrets in force


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery whose turn it is, with what its body is made of."""

    subscription: str
    lane: str
    position: int
    ordinal: int
    previous_change: str | None
    type: SubscriptionType
    tries: Tries
    change: Change
    names: Names

    @property
    def id(self) -> str:
        return message_id(self.subscription, self.position, self.ordinal)


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
                health=Health(
                    failures=row["failures"],
                    failing_since=row["failing_since"],
                    succeeded_at=row["succeeded_at"],
                ),
                sealed=tuple(row["sealed"]),
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
        if not rows:
            return Fetched({}, ())
        changes = {(row["position"], row["ordinal"]): _change(row) for row in rows}
        persons, articles = await self._names([change for change in changes.values() if change is not None])
        fetched: dict[str, list[Message]] = {}
        stuck: dict[str, None] = {}
        for row in rows:
            lane, change = row["lane"], changes[row["position"], row["ordinal"]]
            if change is None or lane in stuck:
                stuck[lane] = None
            else:
                fetched.setdefault(lane, []).append(_message(subscription, row, change, persons, articles))
        return Fetched(fetched, tuple(lane for lane in stuck if lane not in fetched))

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
            [
                None if answer is None or result.state == "delivered" else answer.body
                for answer, result in zip(answers, results, strict=True)
            ],
            now,
        )

    async def release(
        self,
        worker: uuid.UUID,
        subscription: str,
        health: Health,
        *,
        paused_until: datetime | None = None,
        disabled: Literal["gone", "ended"] | None = None,
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
            now,
        )

    async def _names(self, changes: Sequence[Change]) -> tuple[dict[str, str], dict[str, str]]:
        """Names by person, articles by claim."""
        memberships = [m for change in changes for m in (*change.before, *change.after)]
        persons = {membership.person for membership in memberships}
        claims = {claim for membership in memberships for claim in membership.claims}
        rows = await self._pool.fetch(SQL["names"], list(persons), list(claims))
        return (
            {row["id"]: row["told"] for row in rows if row["what"] == "person"},
            {row["id"]: row["told"] for row in rows if row["what"] == "article"},
        )


def _change(row: asyncpg.Record) -> Change | None:
    """None where the change is not there, or of a form that this release cannot read: neither is for ever."""
    if row["body"] is None:
        return None
    try:
        return change_decoder.decode(row["body"])
    except msgspec.DecodeError as error:
        logger.error("change %d.%d cannot be read: %s", row["position"], row["ordinal"], error)
        return None


def _message(
    subscription: str,
    row: asyncpg.Record,
    change: Change,
    persons: dict[str, str],
    articles: dict[str, str],
) -> Message:
    previous = row["previous_position"]
    claims = (claim for side in (change.after, change.before) for m in side for claim in m.claims)
    return Message(
        subscription=subscription,
        lane=row["lane"],
        position=row["position"],
        ordinal=row["ordinal"],
        previous_change=None if previous is None else f"{previous}.{row['previous_ordinal']}",
        type=row["type"],
        tries=Tries(strikes=row["strikes"], attempted_at=row["attempted_at"]),
        change=change,
        names=Names(
            post_label=row["label"] or "",
            organization=(
                OrganizationPart(id=row["organization"], name=row["organization_name"] or "")
                if row["organization"] is not None
                else None
            ),
            persons=persons,
            articles=tuple(dict.fromkeys(articles[claim] for claim in claims if claim in articles)),
        ),
    )
