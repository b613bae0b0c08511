"""Subscriptions as their owner sees them: only those of the key that asks."""

from pathlib import Path
from typing import Literal

import asyncpg
import msgspec

from events.catalogue import SubscriptionFilter, SubscriptionType
from events.queries import queries

State = Literal["active", "unconfirmed", "paused", "disabled"]

SQL = queries(Path(__file__).with_name("subscriptions.sql"))
_filters = msgspec.json.Decoder(SubscriptionFilter)


class SubscriptionView(msgspec.Struct, frozen=True, kw_only=True):
    """A subscription. `state`: active, unconfirmed (its receiver has yet to answer a challenge), paused, or disabled,
    and then `why`: gone (it answered 410) or failing (for days).
    """

    id: str
    url: str
    types: tuple[SubscriptionType, ...]
    filter: SubscriptionFilter
    description: str
    headers: tuple[str, ...]  # their names: values are not shown again
    per_minute: int | None  # messages at most; None: as many as come
    concurrency: int | None  # requests at the same time; None: the service's default
    state: State
    why: str | None
    created_position: int
    from_position: int | None  # it hears of what came behind that; None: behind created_position


async def subscriptions_of_key(
    pool: asyncpg.Pool, key: str, after: int, at_most: int
) -> list[SubscriptionView]:
    """In the order in which they were made, those made behind a position."""
    return [_view(row) for row in await pool.fetch(SQL["of_key"], key, after, at_most)]


async def one_of_key(pool: asyncpg.Pool, key: str, subscription: str) -> SubscriptionView | None:
    row = await pool.fetchrow(SQL["one_of_key"], key, subscription)
    return _view(row) if row else None


def _view(row: asyncpg.Record) -> SubscriptionView:
    why = row["stopped_why"]
    state: State = row["stopped"] or "active"
    if state != "disabled" and row["disabled_why"] in ("gone", "failing"):
        state, why = "disabled", row["disabled_why"]  # the log has yet to be told
    return SubscriptionView(
        id=row["id"],
        url=row["url"],
        types=tuple(row["types"]),
        filter=_filters.decode(row["filter"]),
        description=row["description"],
        headers=tuple(row["names"] or ()),
        per_minute=row["per_minute"],
        concurrency=row["concurrency"],
        state=state,
        why=why,
        created_position=row["created_position"],
        from_position=row["from_position"],
    )
