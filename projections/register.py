"""What the desk asks of the past, answered from the tables: events.register's Register and Standing."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import asyncpg

from events.queries import queries
from events.register import Backing, Holding, KnownOrganization, KnownPerson, KnownPost
from projections.claims import day_published, partial
from projections.days import known_days, today
from projections.identity import merged
from projections.model import Membership
from projections.rows import NOW, stored
from projections.watermark import Watermark

_HERE = Path(__file__).parent / "sql"
_SQL = queries(_HERE / "register.sql")
_MEMBERSHIPS = queries(_HERE / "memberships.sql")["memberships_of_posts"]


class StoredRegister:
    """The names that are known. Fulfils `events.register.Register`."""

    def __init__(self, pool: asyncpg.Pool, watermark: Watermark) -> None:
        self._pool = pool
        self._watermark = watermark

    async def caught_up(self, position: int, patience: float) -> bool:
        return await self._watermark.reaches(position, patience)

    async def persons(self, keys: Sequence[str]) -> Sequence[KnownPerson]:
        return _persons(await self._pool.fetch(_SQL["persons"], keys))

    async def organizations(self, fingerprints: Sequence[str]) -> Sequence[KnownOrganization]:
        rows = await self._pool.fetch(_SQL["organizations"], fingerprints)
        return [
            KnownOrganization(id=row["id"], name=row["name"], fingerprint=row["fingerprint"]) for row in rows
        ]

    async def posts(self, keys: Sequence[str], organizations: Sequence[str]) -> Sequence[KnownPost]:
        return [_post(row) for row in await self._pool.fetch(_SQL["posts"], keys, organizations)]

    async def merged(self, persons: Sequence[str]) -> Mapping[str, str]:
        return await merged(self._pool, persons)

    async def holders(self, posts: Sequence[str]) -> Sequence[KnownPerson]:
        return _persons(await self._pool.fetch(_SQL["holders"], posts))


class StoredStanding:
    """What stands today and who else says so. Fulfils `events.register.Standing`."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def holdings(self, posts: Sequence[str]) -> Sequence[Holding]:
        now = datetime.now(UTC)
        days = {
            row["id"]: today(row["zone"], known_days(row), now)
            for row in await self._pool.fetch(_SQL["zones"], posts)
        }
        memberships = [stored(row).membership for row in await self._pool.fetch(_MEMBERSHIPS, posts, NOW)]
        return [
            Holding(person=each.person, post=each.post, capacity=each.capacity, since=_since(each))
            for each in memberships
            if each.post in days and _stands(each, days[each.post])
        ]

    async def backings(self, pairs: Sequence[tuple[str, str]]) -> Sequence[Backing]:
        people, posts = [person for person, _ in pairs], [post for _, post in pairs]
        return [
            Backing(
                claim=row["id"],
                article=row["article"],
                kind=row["kind"],
                person=row["person"],
                post=row["post"],
                origin=row["origin"],
                official=row["official"],
                state=row["state"],
                rule=row["rule"],
                day=_day(row),
            )
            for row in await self._pool.fetch(_SQL["backings"], people, posts)
        ]


def _persons(rows: Sequence[asyncpg.Record]) -> list[KnownPerson]:
    return [
        KnownPerson(
            id=person,
            names=tuple(names),
            posts=tuple(_post(row) for row in each if row["post"] is not None),
        )
        for (person, names), each in groupby(rows, key=itemgetter("id", "names"))
    ]


def _post(row: asyncpg.Record) -> KnownPost:
    return KnownPost(
        id=row["post"],
        label=row["label"],
        key=row["key"],
        organization=row["organization"],
        seats=row["seats"],
    )


def _stands(membership: Membership, day: date) -> bool:
    """Whether it has begun by the day, as far as is known, and is not known to have ended."""
    start, end = membership.start, membership.end
    begun = (start.date.earliest if start else None) or membership.first_attested or date.min
    over = (end.date.latest or date.max) if end else date.max
    return membership.incoming is None and begun <= day < over


def _since(membership: Membership) -> date | None:
    latest = membership.start.date.latest if membership.start else None
    return latest or membership.first_attested


def _day(row: asyncpg.Record) -> date | None:
    told = partial(row["date"])
    return (told.exact if told else None) or day_published(row["published"], row["zone"])
