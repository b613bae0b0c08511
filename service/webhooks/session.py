"""A session: what a worker does with one endpoint for as long as it holds it.

Lanes are served side by side, each in order. When the endpoint fails, nothing more is begun; when it had failed
before, one message probes it, and its success lets all the lanes go on.
"""

import asyncio
import logging
import random
import time
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from events.catalogue import DisabledWhy
from events.follow import Waker
from service.outbound.client import Outbound
from service.webhooks.clock import Clock
from service.webhooks.messages import Message
from service.webhooks.pace import Pace
from service.webhooks.recorder import Recorder
from service.webhooks.request import Destination, attempt
from service.webhooks.schedule import (
    Dead,
    Delivered,
    Disable,
    Health,
    Pause,
    Wait,
    after_failure,
    after_success,
    judge,
)
from service.webhooks.store import Result, Store

logger = logging.getLogger(__name__)

DEPTH = 8  # messages of a lane that are fetched at once
_LOOK_AGAIN = 1.0  # seconds after which a session looks for new lanes even if nobody says so
_CHECKED_FOR = 0.5  # seconds for which it holds that a subscription may be sent to
_PATIENCE = timedelta(
    seconds=1
)  # for the next message of one that is sent to at a rate; else the endpoint is left
_STUCK_FOR = timedelta(seconds=60)  # a lane whose message cannot be made now is looked at again


class Deps(msgspec.Struct, frozen=True):
    """What all sessions of a worker share."""

    worker: uuid.UUID
    store: Store
    recorder: Recorder
    waker: Waker  # of what is put into the queue
    outbound: Outbound
    clock: Clock
    source: str  # the address of the service, in the bodies


class Session:
    """Serves one endpoint. `deadline`, of time.monotonic(), is when the lease ends; the dispatcher moves it on."""

    def __init__(
        self,
        deps: Deps,
        *,
        subscription: str,
        destination: Destination,
        health: Health,
        pace: Pace,
        concurrency: int,
        deadline: float,
    ) -> None:
        self.subscription = subscription
        self.deadline = deadline
        self._deps = deps
        self._destination = destination
        self._health = health
        self._pace = pace
        self._concurrency = concurrency
        self._checked_at = 0.0  # of time.monotonic(): it might be sent to then
        self._may_send = True
        self._out_of_pace = False  # its rate lets no more go for a while
        self._lanes: dict[str, asyncio.Task[None]] = {}
        self._ready: dict[str, list[Message]] = {}  # lanes that were fetched and not begun
        self._news = deps.waker.subscribe()  # set when there may be more to begin
        self._looked = False  # all that was due is fetched, as far as we know
        self._paused_until: datetime | None = None
        self._disabled: DisabledWhy | None = None
        self._stopping = False

    async def serve(self) -> None:
        """Returns when nothing is due or the endpoint is paused, having given it back.

        Raises the database's errors; the lease then runs out and somebody takes the endpoint again.
        """
        news = asyncio.create_task(self._news.wait())
        try:
            while True:
                if news.done():
                    self._news.clear()
                    news = asyncio.create_task(self._news.wait())
                    self._looked = False
                self._reap()
                if not self._halted:
                    await self._begin()
                if not self._lanes:
                    break
                ended, _ = await asyncio.wait(
                    {news, *self._lanes.values()}, timeout=_LOOK_AGAIN, return_when=asyncio.FIRST_COMPLETED
                )
                if not ended:
                    self._looked = False
        finally:
            self._deps.waker.unsubscribe(self._news)
            tasks = [news, *self._lanes.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await self._deps.store.release(
            self._deps.worker,
            self.subscription,
            self._health,
            paused_until=self._paused_until or self._pace.next,
            disabled=self._disabled,
            now=self._deps.clock.now(),
        )

    def stop(self) -> None:
        """Begins nothing more; what is under way may end."""
        self._stopping = True
        self._news.set()

    def abandon(self) -> None:
        """Breaks off what is under way; those messages are sent again."""
        self.stop()
        for task in self._lanes.values():
            task.cancel()

    @property
    def _halted(self) -> bool:
        return (
            self._stopping
            or self._paused_until is not None
            or self._out_of_pace
            or not self._may_send
            or self._disabled is not None
            or time.monotonic() >= self.deadline
        )

    def _reap(self) -> None:
        for lane, task in list(self._lanes.items()):
            if task.done():
                del self._lanes[lane]
                if not task.cancelled():
                    task.result()

    async def _begin(self) -> None:
        """Takes on lanes that are due: one where the endpoint is being probed, else as many as may be."""
        room = (1 if self._health.failures else self._concurrency) - len(self._lanes)
        if room > 0 and not self._ready and not self._looked:
            await self._fetch(1 if self._health.failures else 2 * self._concurrency)
        for lane in list(self._ready)[: max(0, room)]:
            self._lanes[lane] = asyncio.create_task(
                self._serve_lane(self._ready.pop(lane)), name=f"deliver {self.subscription} {lane}"
            )

    async def _fetch(self, lanes: int) -> None:
        now = self._deps.clock.now()
        fetched = await self._deps.store.due(
            self.subscription, now=now, busy=list(self._lanes), lanes=lanes, depth=DEPTH
        )
        if fetched.stuck:
            await self._deps.store.postpone(self.subscription, fetched.stuck, now + _STUCK_FOR)
        self._ready = fetched.lanes
        if fetched.lanes:
            self._checked_at = time.monotonic()  # the queue gives nothing for one that is not to be sent to
        self._looked = len(fetched.lanes) + len(fetched.stuck) < lanes

    async def _serve_lane(self, messages: Sequence[Message]) -> None:
        for message in messages:
            if self._halted or not await self._is_time() or not await self._deliver(message):
                return
        if len(messages) == DEPTH:
            self._looked = False  # there may be more of them

    async def _is_time(self) -> bool:
        """Whether the next message is to go, as soon as the rate lets it; what is not goes in a later session."""
        deps = self._deps
        now = deps.clock.now()
        if self._pace.wait(now) > _PATIENCE:
            self._out_of_pace = True
            return False
        if self._pace.next is not None:
            go = max(now, self._pace.next)
            self._pace.take(now)
            await asyncio.sleep(deps.clock.seconds_until(go))
        else:
            self._pace.take(now)
        if time.monotonic() - self._checked_at > _CHECKED_FOR:
            self._may_send = await deps.store.may_send(self.subscription, deps.clock.now())
            self._checked_at = time.monotonic()
        return not self._halted

    async def _deliver(self, message: Message) -> bool:
        """Makes one attempt; whether the lane goes on to its next message."""
        deps, began = self._deps, self._deps.clock.now()
        outcome = await attempt(
            deps.outbound, self._destination, message.id, message.body(deps.source), began
        )
        now = deps.clock.now()
        verdict = judge(
            outcome,
            message.tries,
            self._health,
            began=began,
            now=now,
            dice=random.random(),  # noqa: S311
        )
        strikes = message.tries.strikes
        match verdict:
            case Delivered():
                self._succeeded(now)
                result = Result(
                    message=message,
                    state="delivered",
                    strikes=strikes,
                    retry_at=None,
                    began=began,
                    outcome=outcome,
                )
            case Dead(strikes):
                logger.warning("message %s was given up after %d failures", message.id, strikes)
                result = Result(
                    message=message,
                    state="dead",
                    strikes=strikes,
                    retry_at=None,
                    began=began,
                    outcome=outcome,
                )
            case Wait(until, strikes):
                result = Result(
                    message=message,
                    state="pending",
                    strikes=strikes,
                    retry_at=until,
                    began=began,
                    outcome=outcome,
                )
            case Pause() | Disable():
                if isinstance(verdict, Pause):
                    self._failed(verdict.until, now)
                else:
                    logger.warning("%s is disabled: it is %s", self.subscription, verdict.why)
                    self._disabled = verdict.why
                # The lane goes to the back of the queue: another message is the next probe.
                result = Result(
                    message=message,
                    state="pending",
                    strikes=strikes,
                    retry_at=now,
                    began=began,
                    outcome=outcome,
                )
        await deps.recorder.record(result)
        return result.retry_at is None

    def _succeeded(self, now: datetime) -> None:
        if self._paused_until is None:
            if self._health.failures:
                self._news.set()  # the probe was answered: the other lanes go on
            self._health = after_success(now)
        else:  # begun before the failure: it proves nothing about the endpoint since
            self._health = msgspec.structs.replace(self._health, succeeded_at=now)

    def _failed(self, until: datetime, now: datetime) -> None:
        if self._paused_until is None:
            self._health = after_failure(self._health, now)
            self._paused_until = until
        else:  # one of several that were under way when the endpoint failed: one failure, the longest pause
            self._paused_until = max(self._paused_until, until)
