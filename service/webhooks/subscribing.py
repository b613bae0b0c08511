"""Subscribing, and what an owner does with a subscription later: each an event of its stream."""

import asyncio
from collections.abc import Mapping

import asyncpg
import msgspec

from events.catalogue import (
    Event,
    SubscriptionConfirmed,
    SubscriptionCreated,
    SubscriptionDeleted,
    SubscriptionPaused,
    SubscriptionResumed,
)
from events.envelope import NEW, Append, NewEvent
from events.ids import mint
from events.log import Log
from projections.views import Views
from service.editing import EACH_TIME, Once
from service.keys import Key
from service.secrets import Vault, give_secret
from service.webhooks.filters import BadFilter, named_entities
from service.webhooks.subscriptions import SQL, SubscriptionView, one_of_key

MOST_OF_KEY = 1_000  # subscriptions of one key
MOST_OF_URL = 20  # subscriptions to one URL, whoever made them
MOST_PER_MINUTE = 60_000
MOST_CONCURRENT = 10

_PATIENCE = 5.0  # seconds until the views show what was just appended
# One at a time in this process takes a connection to wait for its turn among all processes.
_turn = asyncio.Lock()


class Twin(Exception):
    """The key has a subscription that says the same; holds its id."""

    def __init__(self, subscription: str) -> None:
        super().__init__(subscription)
        self.subscription = subscription


class TooMany(Exception):
    """A bound is reached; the message says which."""


class Subscribed(msgspec.Struct, frozen=True):
    """A subscription that was just made, and its signing secret, to be shown once."""

    subscription: str
    secret: str
    position: int


class Subscribing:
    """What handlers do with subscriptions."""

    def __init__(self, pool: asyncpg.Pool, log: Log, views: Views, vault: Vault) -> None:
        self._pool, self._log, self._views, self._vault = pool, log, views, vault

    async def create(
        self,
        wanted: SubscriptionCreated,
        key: Key,
        *,
        headers: Mapping[str, str],
        secret: str | None,
        once: Once = EACH_TIME,
    ) -> Subscribed:
        """Raises BadFilter, Twin, TooMany, and InvalidKey for a secret that is none."""
        filter = wanted.filter
        named = named_entities(filter)
        unknown = await self._pool.fetchrow(SQL["unknown"], *map(list, named.values()))
        if unknown is not None:
            raise BadFilter(
                unknown["list"], f"there is no {unknown['id'][:60]!r}: search for it with /v1/who?post="
            )
        async with _turn, self._pool.acquire() as connection, connection.transaction():
            await connection.execute(SQL["hold"])
            await self._check(wanted)
            subscription = mint("subscription")
            given = await give_secret(self._pool, self._vault, subscription, secret)
            if headers:
                sealed = self._vault.seal(msgspec.json.encode(headers).decode())
                await self._pool.execute(SQL["keep_headers"], subscription, sorted(headers), sealed)
            position = await self._append(subscription, wanted, key, once, is_new=True)
        return Subscribed(subscription, given, position)

    async def pause(self, subscription: str, key: Key) -> int:
        """Gives the position of the event, as the others do."""
        return await self._append(subscription, SubscriptionPaused(), key)

    async def resume(self, subscription: str, key: Key) -> int:
        return await self._append(subscription, SubscriptionResumed(), key)

    async def confirm(self, subscription: str, key: Key) -> int:
        return await self._append(subscription, SubscriptionConfirmed(), key)

    async def delete(self, subscription: str, key: Key) -> int:
        return await self._append(subscription, SubscriptionDeleted(), key)

    async def view(self, subscription: str, key: Key) -> SubscriptionView | None:
        return await one_of_key(self._pool, key.id, subscription)

    async def _check(self, wanted: SubscriptionCreated) -> None:
        twin = await self._pool.fetchval(
            SQL["twin"], wanted.key, wanted.url, list(wanted.types), msgspec.json.encode(wanted.filter)
        )
        if twin is not None:
            raise Twin(twin)
        row = await self._pool.fetchrow(SQL["how_many"], wanted.key, wanted.url)
        assert row is not None
        if row["of_key"] >= MOST_OF_KEY:
            raise TooMany(f"this key has {MOST_OF_KEY} subscriptions already")
        if row["of_url"] >= MOST_OF_URL:
            raise TooMany(f"{MOST_OF_URL} subscriptions send to this URL already")

    async def _append(
        self, subscription: str, event: Event, key: Key, once: Once = EACH_TIME, *, is_new: bool = False
    ) -> int:
        done = await self._log.append(
            Append(
                events=(NewEvent(stream=subscription, event=event),),
                actor=key.subject,
                expected={subscription: NEW} if is_new else {},
                key=once.key,
                fingerprint=once.fingerprint,
            )
        )
        await self._views.wait_for(done.last, _PATIENCE)
        return done.last
