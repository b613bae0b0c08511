"""Whose fault a failed delivery is, and when to try again. Pure: the clock and the dice are given.

| what came of the attempt                                  | what follows                                 |
|-----------------------------------------------------------|----------------------------------------------|
| 2xx                                                       | delivered; the endpoint is healthy           |
| 410                                                       | the endpoint is disabled                     |
| no address, refused by the guard, no connection, TLS, 429 | the endpoint is paused and probed; disabled  |
|                                                           | once it has failed for GIVEN_UP_AFTER        |
| not sent or not answered in time, closed early, 5xx       | the same, unless the endpoint answered       |
|                                                           | others while this message kept failing:      |
|                                                           | then as in the next row                      |
| 3xx, other 4xx, not HTTP                                  | the message waits, then is a dead letter     |
"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

import msgspec

from events.catalogue import DisabledWhy
from service.outbound.answer import Answer, FailureKind, Outcome

MESSAGE_RETRIES = (5.0, 300.0, 1_800.0, 7_200.0)  # seconds; after the last, the dead letters
PROBES = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0)  # seconds between probes; the last holds for the first hour
FIRST_HOUR = 3_600.0
PROBE_AFTER = 1 / 30  # from then on, of the time that the endpoint has been failing
PROBE_AT_MOST = 7_200.0  # seconds
TOLD_AFTER = timedelta(hours=1)  # of failing: the owner is told
GIVEN_UP_AFTER = timedelta(days=5)  # of failing: the endpoint is disabled
RETRY_AFTER_BOUNDS = (1.0, 3_600.0)  # seconds within which a receiver's Retry-After is obeyed

Fault = Literal["nobody", "message", "endpoint", "gone"]


class Health(msgspec.Struct, frozen=True, kw_only=True):
    """How an endpoint has been answering. All healthy: the defaults."""

    failures: int = 0  # attempts in a row that were the endpoint's fault
    failing_since: datetime | None = None
    is_told: bool = False  # its owner knows that it has been failing
    succeeded_at: datetime | None = None


class Tries(msgspec.Struct, frozen=True, kw_only=True):
    """What was tried of a message before."""

    strikes: int = 0  # failures that were the message's fault
    attempted_at: datetime | None = None  # when the last attempt began


class Delivered(msgspec.Struct, frozen=True):
    """The receiver has it; the lane moves on."""


class Wait(msgspec.Struct, frozen=True):
    """The message is tried again at `until`, and its lane waits."""

    until: datetime
    strikes: int


class Dead(msgspec.Struct, frozen=True):
    """The message is given up and the lane moves on."""

    strikes: int


class Pause(msgspec.Struct, frozen=True):
    """Nothing goes to the endpoint until `until`; then one message probes it."""

    until: datetime


class Disable(msgspec.Struct, frozen=True):
    """The receiver said that it is gone, or has been failing for too long."""

    why: DisabledWhy


Verdict = Delivered | Wait | Dead | Pause | Disable


def judge(
    outcome: Outcome, tries: Tries, health: Health, *, began: datetime, now: datetime, dice: float
) -> Verdict:
    """What follows from an attempt that began at `began` and ended now. `dice` is uniform in [0, 1)."""
    match fault_of(outcome, tries, health, began):
        case "nobody":
            return Delivered()
        case "gone":
            return Disable("gone")
        case "endpoint" if health.failing_since and now - health.failing_since >= GIVEN_UP_AFTER:
            return Disable("failing")
        case "endpoint":
            return Pause(now + timedelta(seconds=probe_delay(outcome, health, now, dice)))
        case "message":
            if tries.strikes >= len(MESSAGE_RETRIES):
                return Dead(tries.strikes + 1)
            delay = MESSAGE_RETRIES[tries.strikes] * (1 + dice / 10)
            return Wait(now + timedelta(seconds=delay), tries.strikes + 1)


def fault_of(outcome: Outcome, tries: Tries, health: Health, began: datetime) -> Fault:
    """Whose fault the outcome is; `began` is when the attempt began."""
    if isinstance(outcome, Answer):
        if 200 <= outcome.status < 300:
            return "nobody"
        if outcome.status == 410:
            return "gone"
        if outcome.status == 429 or (outcome.status == 503 and outcome.retry_after is not None):
            return "endpoint"
        if not 500 <= outcome.status < 600:
            return "message"
    elif outcome.kind in _NEVER_THE_MESSAGE:
        return "endpoint"
    elif outcome.kind == "answer":
        return "message"
    # One message that makes a receiver fall over must not pause all the others for ever: where the endpoint
    # answered another one since this one was first seen to fail, it is this one's fault.
    since = tries.attempted_at or began
    return "message" if health.succeeded_at is not None and health.succeeded_at > since else "endpoint"


def probe_delay(outcome: Outcome, health: Health, now: datetime, dice: float) -> float:
    """Seconds until the endpoint is probed again, which has just failed once more than `health` says.

    The jitter only shortens, so that probes in the first hour lie at most 30 s apart and a receiver that comes back
    is served within a minute even where each probe first runs into a time-out.
    """
    if isinstance(outcome, Answer) and outcome.status in (429, 503):
        asked = retry_after(outcome.retry_after, now)
        if asked is not None:
            return asked
    failing = (now - health.failing_since).total_seconds() if health.failing_since else 0.0
    if failing < FIRST_HOUR:
        delay = PROBES[min(health.failures, len(PROBES) - 1)]
    else:
        delay = min(failing * PROBE_AFTER, PROBE_AT_MOST)
    return delay * (1 - dice / 4)


def after_failure(health: Health, now: datetime) -> Health:
    """The endpoint's health after one more failure of its own."""
    since = health.failing_since or now
    return Health(
        failures=health.failures + 1,
        failing_since=since,
        is_told=health.is_told or now - since >= TOLD_AFTER,
        succeeded_at=health.succeeded_at,
    )


def after_success(now: datetime) -> Health:
    """The endpoint's health after a success: whatever was before is forgiven, all its lanes go on."""
    return Health(succeeded_at=now)


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for (RFC 9110, 10.2.3: a number or a date), brought within bounds."""
    if value is None:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        seconds = float(text[:9])
    else:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, OverflowError):
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        seconds = (moment - now).total_seconds()
    least, most = RETRY_AFTER_BOUNDS
    return min(max(seconds, least), most)


_NEVER_THE_MESSAGE: frozenset[FailureKind] = frozenset({"resolve", "blocked", "connect", "tls"})
