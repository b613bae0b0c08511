"""Changes as they were told: with their stored JSON, and the organization that their post belongs to."""

from collections.abc import Sequence
from pathlib import Path

import asyncpg
import msgspec

from events.catalogue import from_builtin
from events.queries import queries
from projections.model import Change, ChangeId, Told

_SQL = queries(Path(__file__).parent.parent / "sql" / "views.sql")
_decode = msgspec.json.Decoder(Change, dec_hook=from_builtin).decode


async def told_behind(
    pool: asyncpg.Pool, after: ChangeId, limit: int, posts: Sequence[str] | None = None
) -> list[Told]:
    """Changes (of some posts: None: of any) behind an id, in order and never beyond the watermark.

    Never cut inside an event's, so there may be a few more than `limit`; fewer: there are no more.
    """
    if posts is None:
        return _told(await pool.fetch(_SQL["changes"], *after, limit))
    return _told(await pool.fetch(_SQL["changes_of_posts"], *after, limit, posts))


async def told_before(pool: asyncpg.Pool, before: ChangeId, limit: int, posts: Sequence[str]) -> list[Told]:
    """At most `limit` Changes of some posts before an id, the newest first; fewer: there are no more."""
    return _told(await pool.fetch(_SQL["newest_changes_of_posts"], posts, *before, limit))


async def posts_concerned_by(
    pool: asyncpg.Pool, persons: Sequence[str], organizations: Sequence[str]
) -> set[str]:
    """The posts among whose Changes are all those about a person, and all of an organization's."""
    rows = await pool.fetch(_SQL["posts_ever_of_persons"], persons) if persons else []
    rows += await pool.fetch(_SQL["posts_of_organizations"], organizations) if organizations else []
    return {row["post"] for row in rows}


def _told(rows: Sequence[asyncpg.Record]) -> list[Told]:
    return [
        Told(
            id=(row["position"], row["ordinal"]),
            change=_decode(row["body"]),
            organization=row["organization"],
            body=row["body"],
        )
        for row in rows
    ]
