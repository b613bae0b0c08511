"""The dispatcher: takes endpoints that are due, holds them while they are served, gives them back.

Any number may run, in one process or several. One that dies leaves its leases to run out: what was under way is then
sent again by another, and nothing is lost.
"""

import asyncio
import logging
import time
import uuid
from datetime import timedelta

import asyncpg

from events.follow import Waker
from service.outbound.client import Outbound
from service.secrets import SecretError, Vault
from service.webhooks.clock import Clock
from service.webhooks.pace import Pace
from service.webhooks.recorder import Recorder
from service.webhooks.request import destination_of
from service.webhooks.session import Deps, Session
from service.webhooks.store import DATABASE_LOST, Endpoint, Store

logger = logging.getLogger(__name__)

_NOT_YET = timedelta(
    seconds=60
)  # until an endpoint whose subscription or secret is not to be had is looked at again
_STOPPED_FOR = timedelta(minutes=10)  # the same where it is stopped; the matcher says so when it goes on


class Dispatcher:
    """Sends what is in the queue.

    `lease` and `grace` are in seconds: how long a dead worker's endpoints wait for another, and how long what is
    under way may take when the dispatcher is stopped. `endpoints` are served side by side, each with up to
    `concurrency` requests, or fewer where its owner wants so.
    """

    def __init__(
        self,
        pool: asyncpg.Pool,
        waker: Waker,
        outbound: Outbound,
        vault: Vault,
        *,
        source: str,
        clock: Clock | None = None,
        endpoints: int = 100,
        concurrency: int = 10,
        lease: float = 15.0,
        grace: float = 5.0,
        poll: float = 1.0,
    ) -> None:
        """`waker` listens on DELIVERIES_CHANNEL, `source` is the address of the service."""
        self._waker = waker
        self._vault = vault
        self._store = Store(pool)
        self._clock = clock or Clock()
        self._endpoints = endpoints
        self._lease = lease
        self._grace = grace
        self._poll = poll
        self._sessions: dict[str, tuple[Session, asyncio.Task[None]]] = {}
        self._deps = Deps(
            worker=uuid.uuid4(),
            store=self._store,
            recorder=Recorder(self._store, self._clock),
            waker=waker,
            outbound=outbound,
            clock=self._clock,
            source=source,
        )
        self._concurrency = concurrency

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop` is set; then ends what is under way, for a while, and gives everything back.

        A lost database is waited for. Cancelled, it breaks off what is under way; the leases run out.
        """
        woken = self._waker.subscribe()
        stopper = asyncio.create_task(stop.wait())
        stopper.add_done_callback(lambda _: woken.set())
        renewer = asyncio.create_task(self._renew())
        try:
            while not stop.is_set():
                woken.clear()
                pause = await self._take_safely(woken)
                try:
                    await asyncio.wait_for(woken.wait(), pause)
                except TimeoutError:
                    continue
            await self._finish()
        finally:
            self._waker.unsubscribe(woken)
            tasks = [stopper, renewer, *(task for _, task in self._sessions.values())]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _take_safely(self, woken: asyncio.Event) -> float:
        """Takes what is due; gives the seconds after which to look again."""
        try:
            await self._take(woken)
            next_due = await self._store.next_due()
        except DATABASE_LOST as error:
            logger.warning("the queue cannot be read (%s); trying again", error)
            return self._poll
        if next_due is None or len(self._sessions) >= self._endpoints:
            return self._poll
        # Not at once, though it be due: its row may be locked by the matcher, which will notify us.
        return min(self._poll, max(0.01, self._clock.seconds_until(next_due)))

    async def _take(self, woken: asyncio.Event) -> None:
        room = self._endpoints - len(self._sessions)
        if room <= 0:
            return
        deadline = time.monotonic() + self._lease
        taken = await self._store.lease(
            self._deps.worker, seconds=self._lease, at_most=room, now=self._clock.now()
        )
        for endpoint in taken:
            session = await self._session(endpoint, deadline)
            if session is None:
                continue
            task = asyncio.create_task(session.serve(), name=f"serve {endpoint.subscription}")
            self._sessions[endpoint.subscription] = (session, task)

            def ended(task: asyncio.Task[None], subscription: str = endpoint.subscription) -> None:
                if self._sessions[subscription][1] is task:  # it may have been given back and taken again
                    del self._sessions[subscription]
                woken.set()
                error = None if task.cancelled() else task.exception()
                if isinstance(error, DATABASE_LOST):
                    logger.warning("deliveries to %s broke off: %s", subscription, error)
                elif error is not None:
                    logger.error("deliveries to %s broke off", subscription, exc_info=error)

            task.add_done_callback(ended)

    async def _session(self, endpoint: Endpoint, deadline: float) -> Session | None:
        """How the endpoint is to be served; where it is not, it is given back."""
        now = self._clock.now()
        if not (endpoint.known and endpoint.in_force and endpoint.url is not None):
            await self._store.release(
                self._deps.worker,
                endpoint.subscription,
                endpoint.health,
                paused_until=None if endpoint.known else now + _NOT_YET,
                disabled="ended" if endpoint.known else None,
                now=now,
            )
            return None
        if endpoint.stopped:
            await self._store.release(
                self._deps.worker,
                endpoint.subscription,
                endpoint.health,
                paused_until=now + _STOPPED_FOR,
                now=now,
            )
            return None
        try:
            destination = destination_of(self._vault, endpoint.url, endpoint.sealed, endpoint.sealed_headers)
        except SecretError as error:
            logger.error("nothing can be sent to %s: %s", endpoint.subscription, error)
            await self._store.release(
                self._deps.worker,
                endpoint.subscription,
                endpoint.health,
                paused_until=now + _NOT_YET,
                now=now,
            )
            return None
        return Session(
            self._deps,
            subscription=endpoint.subscription,
            destination=destination,
            health=endpoint.health,
            pace=Pace(endpoint.per_minute),
            concurrency=min(endpoint.concurrency or self._concurrency, self._concurrency),
            deadline=deadline,
        )

    async def _renew(self) -> None:
        """Holds on to the leases; a session whose lease is lost breaks off, since another may be serving its lanes."""
        while True:
            await asyncio.sleep(self._lease / 3)
            began = time.monotonic()
            held = list(self._sessions)
            try:
                kept = await self._store.renew(self._deps.worker, held, seconds=self._lease)
            except DATABASE_LOST as error:
                logger.warning("leases cannot be renewed (%s); trying again", error)
                kept = None
            for subscription in held:
                if subscription not in self._sessions:
                    continue
                session, task = self._sessions[subscription]
                if kept is not None and subscription in kept:
                    session.deadline = began + self._lease
                elif kept is not None or time.monotonic() + self._lease / 3 >= session.deadline:
                    task.cancel()

    async def _finish(self) -> None:
        """Lets what is under way end within the grace, and breaks off the rest."""
        for session, _ in self._sessions.values():
            session.stop()
        if self._sessions:
            await asyncio.wait([task for _, task in self._sessions.values()], timeout=self._grace)
        for session, _ in self._sessions.values():
            session.abandon()
        if self._sessions:
            await asyncio.wait([task for _, task in self._sessions.values()], timeout=1.0)
