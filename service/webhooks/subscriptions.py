"""Subscriptions as their owner sees them: only those of the key that asks."""

import asyncpg
import msgspec

from events.catalogue import SubscriptionFilter

_OF_KEY = (
    "SELECT id, url, types, filter, description, created_position FROM subscription"
    " WHERE key = $1 AND deleted_position IS NULL AND ($2::text IS NULL OR id = $2) ORDER BY created_position"
)
_filters = msgspec.json.Decoder(SubscriptionFilter)


class SubscriptionView(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    url: str
    types: tuple[str, ...]
    filter: SubscriptionFilter
    description: str
    created_position: int


async def subscriptions_of_key(pool: asyncpg.Pool, key: str) -> list[SubscriptionView]:
    """In the order in which they were made."""
    return [_view(row) for row in await pool.fetch(_OF_KEY, key, None)]


async def one_of_key(pool: asyncpg.Pool, key: str, subscription: str) -> SubscriptionView | None:
    row = await pool.fetchrow(_OF_KEY, key, subscription)
    return _view(row) if row else None


def _view(row: asyncpg.Record) -> SubscriptionView:
    return SubscriptionView(
        id=row["id"],
        url=row["url"],
        types=tuple(row["types"]),
        filter=_filters.decode(row["filter"]),
        description=row["description"],
        created_position=row["created_position"],
    )
