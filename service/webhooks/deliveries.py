"""What was sent and is to be sent for a subscription, and what came of it, as its owner sees it."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Literal

import asyncpg
import msgspec

from events.catalogue import SubscriptionType
from events.queries import queries
from service.outbound.answer import Answer, FailureKind, Outcome
from service.webhooks.ids import change_of, message_id

State = Literal["pending", "delivered", "dead"]

MOST_COUNTED = 10_000  # messages
MOST_RETRIED = 10_000  # messages at once
_RECENT = 1_000  # attempts over which the success rate counts
_NEWEST = (2**63 - 1, 2**31 - 1)

_SQL = queries(Path(__file__).with_name("deliveries.sql"))


class AttemptView(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt: `status` of the answer, or the kind of `failure` and `why`. Milliseconds since it began, null for
    what was not reached or, on a kept connection, not needed. `answer`: the beginning of the answer's body, 64 kB at
    most, bytes that are no UTF-8 replaced.
    """

    attempt: int
    began_at: datetime
    status: int | None
    failure: FailureKind | None
    why: str | None
    connected_ms: float | None
    sent_ms: float | None
    answered_ms: float | None
    total_ms: float
    answer: str | None


class DeliveryView(msgspec.Struct, frozen=True, kw_only=True):
    """A message. `subject` is the post, or what else it tells of; those of one subject arrive in order.

    `next_attempt_at`: when the oldest pending message of the subject is tried next.
    """

    message: str  # the webhook-id
    type: SubscriptionType
    subject: str
    change: str | None  # None: it tells of no Change
    previous_change: str | None
    state: State
    attempts: int
    redelivery: bool
    attempted_at: datetime | None
    ended_at: datetime | None
    next_attempt_at: datetime | None


class DeliveryDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A message and its last 100 attempts, newest first."""

    delivery: DeliveryView
    attempts: list[AttemptView]


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt as it is told to those who follow: of which message, and what has become of that."""

    message: str
    type: SubscriptionType | None
    subject: str | None
    state: State | None
    attempt: AttemptView


class Oldest(msgspec.Struct, frozen=True, kw_only=True):
    """The oldest message that waits."""

    message: str
    position: int
    type: SubscriptionType
    subject: str


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """How a subscription fares. `lag`: positions from the oldest Change that it has yet to hear of to the last one
    there is; 0: it has heard of all. `success_rate` is of the last `attempts`, 1000 at most; null: there was none.
    `pending` and `dead` are counted up to 10000.
    """

    pending: int
    dead: int
    oldest_pending: Oldest | None
    lag: int
    attempts: int
    success_rate: float | None
    failures: int  # of the endpoint, in a row
    failing_since: datetime | None
    succeeded_at: datetime | None
    paused_until: datetime | None  # nothing is sent before


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which messages are to be sent again: all that meet everything that is given."""

    places: Sequence[tuple[int, int]] | None = None  # position and ordinal
    since: int | None = None  # behind that position
    types: Sequence[str] | None = None
    subjects: Sequence[str] | None = None
    states: Sequence[State] = ("dead",)


class Deliveries:
    """The deliveries of one subscription."""

    def __init__(self, pool: asyncpg.Pool, subscription: str) -> None:
        self._pool, self._subscription = pool, subscription

    async def page(
        self, state: State | None, before: tuple[int, int] | None, at_most: int
    ) -> list[DeliveryView]:
        """Messages in that state, newest first, before a place (position, ordinal)."""
        place = before or _NEWEST
        if state == "dead":
            rows = await self._pool.fetch(_SQL["dead"], self._subscription, *place, at_most)
        else:
            rows = await self._pool.fetch(_SQL["list"], self._subscription, state, *place, at_most)
        return [self._view(row) for row in rows]

    async def one(self, place: tuple[int, int]) -> DeliveryDetail | None:
        row = await self._pool.fetchrow(_SQL["one"], self._subscription, *place)
        if row is None:
            return None
        attempts = await self._pool.fetch(_SQL["attempts"], self._subscription, *place)
        return DeliveryDetail(
            delivery=self._view(row), attempts=[_attempt(each, each["answer"]) for each in attempts]
        )

    async def retry(self, wanted: Wanted, now: datetime) -> int:
        """Makes messages that have ended pending again, MOST_RETRIED at most, oldest first; gives how many."""
        places = wanted.places
        return int(
            await self._pool.fetchval(
                _SQL["retry"],
                self._subscription,
                None if places is None else [position for position, _ in places],
                None if places is None else [ordinal for _, ordinal in places],
                list(wanted.states),
                wanted.since,
                None if wanted.types is None else list(wanted.types),
                None if wanted.subjects is None else list(wanted.subjects),
                MOST_RETRIED,
                now,
            )
        )

    async def health(self) -> Health:
        row = await self._pool.fetchrow(_SQL["health"], self._subscription)
        assert row is not None
        recent = await self._pool.fetchrow(_SQL["recent"], self._subscription, _RECENT)
        assert recent is not None
        found = await self._pool.fetchrow(_SQL["oldest"], self._subscription)
        oldest = None
        if found is not None:
            oldest = Oldest(
                message=message_id(self._subscription, found["position"], found["ordinal"]),
                position=found["position"],
                type=found["type"],
                subject=found["lane"],
            )
        # What is matched is in the queue; what lies behind that is still to be matched.
        matched = row["cursor_position"] if row["behind_position"] is None else row["behind_position"]
        unheard = [row["last_change"] - matched, row["last_change"] - oldest.position + 1 if oldest else 0]
        return Health(
            pending=await self._pool.fetchval(_SQL["pending"], self._subscription, MOST_COUNTED),
            dead=await self._pool.fetchval(_SQL["dead_letters"], self._subscription, MOST_COUNTED),
            oldest_pending=oldest,
            lag=max(0, *unheard),
            attempts=recent["attempts"],
            success_rate=recent["successes"] / recent["attempts"] if recent["attempts"] else None,
            failures=row["failures"] or 0,
            failing_since=row["failing_since"],
            succeeded_at=row["succeeded_at"],
            paused_until=row["paused_until"] if row["failures"] else None,
        )

    async def last_told(self) -> int:
        """The number of the newest attempt; 0: there is none."""
        return int(await self._pool.fetchval(_SQL["last_told"], self._subscription))

    async def told(self, after: int, at_most: int) -> list[tuple[int, Told]]:
        """The attempts behind a number, each with its own, as they were recorded."""
        rows = await self._pool.fetch(_SQL["told"], self._subscription, after, at_most)
        return [
            (
                row["number"],
                Told(
                    message=message_id(self._subscription, row["position"], row["ordinal"]),
                    type=row["type"],
                    subject=row["lane"],
                    state=row["state"],
                    attempt=_attempt(row, None),
                ),
            )
            for row in rows
        ]

    def _view(self, row: asyncpg.Record) -> DeliveryView:
        return DeliveryView(
            message=message_id(self._subscription, row["position"], row["ordinal"]),
            type=row["type"],
            subject=row["lane"],
            change=change_of(row["position"], row["ordinal"]),
            previous_change=change_of(row["previous_position"], row["previous_ordinal"]),
            state=row["state"],
            attempts=row["attempts"],
            redelivery=row["redelivery"],
            attempted_at=row["attempted_at"],
            ended_at=row["ended_at"],
            next_attempt_at=row["next_attempt_at"],
        )


def attempt_view(outcome: Outcome, began: datetime) -> AttemptView:
    """The one attempt at a message that is in no queue."""
    timings = outcome.timings
    return AttemptView(
        attempt=1,
        began_at=began,
        status=outcome.status if isinstance(outcome, Answer) else None,
        failure=None if isinstance(outcome, Answer) else outcome.kind,
        why=None if isinstance(outcome, Answer) else outcome.why,
        connected_ms=timings.connected,
        sent_ms=timings.sent,
        answered_ms=timings.first_byte,
        total_ms=timings.total,
        answer=_text(outcome.body) if isinstance(outcome, Answer) else None,
    )


def _attempt(row: asyncpg.Record, answer: bytes | None) -> AttemptView:
    return AttemptView(
        attempt=row["attempt"],
        began_at=row["began_at"],
        status=row["status"],
        failure=row["failure"],
        why=row["why"],
        connected_ms=row["connected_ms"],
        sent_ms=row["sent_ms"],
        answered_ms=row["answered_ms"],
        total_ms=row["total_ms"],
        answer=_text(answer),
    )


def _text(answer: bytes | None) -> str | None:
    return None if answer is None else answer.decode("utf-8", "replace")
