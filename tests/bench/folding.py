"""An event applied, beside the writes that it comes to: by memberships of the post, of the store, by attestations."""

import os
import random
import statistics
import time
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg

import projections
from events.catalogue import (
    ArticleRead,
    ArticleReceived,
    Claim,
    ClaimsDecided,
    ClaimsResolved,
    ContentRef,
    DayTurned,
    Decision,
    Event,
    Resolution,
    ReviewState,
)
from events.dates import PartialDate
from events.envelope import Recorded
from events.ids import event_id
from events.queries import queries
from projections.answering.holders import Asked, holders
from projections.applying import apply
from projections.connection import plan_by_index
from projections.state import initial
from tests.bench.pairs import PAIRS, Row, spread
from tests.bench.stock import CHAIR, COUNCIL, NEWEST, TODAY, fill, mention
from tests.support.servers import Database

SIZES = (10, 100, 1_000)
MANY = int(os.environ.get("INCUMBENT_BENCH_MEMBERSHIPS", "1000000"))  # in the full store
FEW = 10_000
ATTESTED = (100, 100_000)
_EACH = 10  # memberships of a post, in both stores
_ROUNDS = 10  # of four events, in each of a pair
_TEXT = ContentRef(hash="00" * 32, media_type="text/plain", length=1)
_MEMBERSHIPS = queries(Path(projections.__file__).parent / "sql" / "memberships.sql")["memberships_of_posts"]
_PLAN = queries(Path(projections.__file__).parent / "sql" / "projector.sql")["plan_by_index"]
_RAW = ("claim_decision", "membership", "membership_claim", "due", "touch", "change")
_BY = {"claim_decision": "claim", "membership": "post", "due": "post", "touch": "post", "change": "post"}


class Newsroom:
    """Applies events as the projector does, each in a transaction of its own, and times those that count."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._state = initial()
        self._position = 10_000_000  # behind everything that is in store
        self._claims = 0

    async def open(self) -> None:
        await self._connection.execute(_PLAN)
        await self.apply("clock-utc", DayTurned(day=TODAY))

    async def apply(self, stream: str, event: Event) -> float:
        """Seconds that it took."""
        self._position += 1
        recorded = Recorded(
            position=self._position, stream=stream, version=1, id=event_id(), recorded_at=datetime.now(UTC),
            actor="desk", cause=None, correlation=uuid.uuid4(), event=event,  # type: ignore[arg-type] # as from the log
        )  # fmt: skip
        began = time.perf_counter()
        async with self._connection.transaction():
            self._state = await apply(self._connection, [recorded], self._state)
        return time.perf_counter() - began

    async def told(self, kind: Any, post: str, person: str, day: date) -> Claim:
        """A claim that is read and resolved, and waits to be decided."""
        self._claims += 1
        article = f"article-bench-{self._claims}"
        claim = Claim(
            id=f"claim-bench-{self._claims}", kind=kind, person="A", post="b",
            date=PartialDate.on(day) if kind == "in" else None,
        )  # fmt: skip
        received = ArticleReceived(
            version=1, uri=article, publisher="publisher-1", text=_TEXT, original=_TEXT, title_length=0,
            published=str(day),
        )  # fmt: skip
        await self.apply(article, received)
        await self.apply(article, ArticleRead(version=1, extractor="bench/1", claims=(claim,)))
        meant = Resolution(claim=claim.id, person=person, post=post, basis="exact")
        await self.apply(article, ClaimsResolved(resolutions=(meant,)))
        return claim

    async def decided(self, claim: Claim, state: ReviewState) -> float:
        decision = Decision(claim=claim.id, state=state, rule="bench")
        return await self.apply("article-bench", ClaimsDecided(decisions=(decision,), policy="bench/1"))


class Raw:
    """The least that the same row versions take: one statement a table, in one transaction, and nothing else."""

    def __init__(self, connection: asyncpg.Connection) -> None:
        self._connection = connection
        self._columns: dict[str, list[str]] = {}

    async def open(self, admin: asyncpg.Connection) -> None:
        await admin.execute(
            "CREATE SCHEMA IF NOT EXISTS raw; GRANT USAGE ON SCHEMA raw TO incumbent_application"
        )
        for table in _RAW:
            await admin.execute(f"CREATE TABLE raw.{table} (LIKE {table} INCLUDING ALL)")
            await admin.execute(f"GRANT INSERT, SELECT, DELETE ON raw.{table} TO incumbent_application")
            rows = await admin.fetch(
                "SELECT column_name FROM information_schema.columns WHERE table_schema = 'public'"
                " AND table_name = $1 AND is_generated = 'NEVER' ORDER BY ordinal_position",
                table,
            )
            self._columns[table] = [row[0] for row in rows]

    async def written(self, post: str, claim: str) -> dict[str, list[asyncpg.Record]]:
        """The row versions that the last event wrote, which touched the post."""
        xid = await self._connection.fetchval("SELECT xmin::text FROM touch WHERE post = $1", post)
        rows = {}
        for table in _RAW:
            of = (
                "membership IN (SELECT id FROM membership WHERE post = $2)"
                if table == "membership_claim"
                else f"{_BY[table]} = $2"
            )
            rows[table] = await self._connection.fetch(
                f"SELECT {', '.join(self._columns[table])} FROM {table} WHERE xmin::text = $1 AND {of}",
                xid,
                claim if table == "claim_decision" else post,
            )
        return rows

    async def write(self, rows: dict[str, list[asyncpg.Record]]) -> float:
        """Seconds that it took."""
        await self._connection.execute("; ".join(f"DELETE FROM raw.{table}" for table in _RAW))
        began = time.perf_counter()
        async with self._connection.transaction():
            for table, found in rows.items():
                if found:
                    names = self._columns[table]
                    places = ", ".join(f"${place}" for place in range(1, len(names) + 1))
                    await self._connection.executemany(
                        f"INSERT INTO raw.{table} ({', '.join(names)}) VALUES ({places})",
                        [tuple(r) for r in found],
                    )
        return time.perf_counter() - began


async def applying(database: Database) -> list[Row]:
    """One claim applied to posts with 10, 100 and 1,000 memberships, several seats and one."""
    admin = await asyncpg.connect(database.admin_url)
    connection = await asyncpg.connect(database.database_url)
    newsroom, raw = Newsroom(connection), Raw(connection)
    await raw.open(admin)
    rows = []
    for kind in (COUNCIL, CHAIR):
        for size in SIZES:
            await fill(admin, kind, 1, size)
    await admin.execute("VACUUM ANALYZE")
    await newsroom.open()
    for kind in (COUNCIL, CHAIR):
        for size in SIZES:
            post, ours, floors = f"{kind}-{size}-1", list[list[float]](), list[list[float]]()
            for _ in range(PAIRS + 1):
                some, least = await _round(newsroom, raw, post, size)
                ours.append(some)
                floors.append(least)
            seats = "any number of seats" if kind == COUNCIL else "one seat"
            rows.append(
                _beside(f"one claim applied, {size:,} memberships, {seats}, floor: raw writes", ours, floors)
            )
    await connection.close()
    await admin.close()
    return rows


async def _round(newsroom: Newsroom, raw: Raw, post: str, size: int) -> tuple[list[float], list[float]]:
    """A newcomer takes the post, a holder is mentioned, and both are taken back; each with its floor."""
    ours, floors = list[float](), list[float]()
    for turn in range(_ROUNDS):
        whom = random.randrange(1, size + 1) if post.startswith(COUNCIL) else size
        day = date.fromisoformat(NEWEST) + timedelta(days=1 + turn)
        for kind, person in (("in", f"person-new-{turn}"), ("holds", f"person-{post}-{whom}")):
            claim = await newsroom.told(kind, post, person, day)
            for state in ("accepted", "withdrawn"):
                ours.append(await newsroom.decided(claim, state))
                floors.append(await raw.write(await raw.written(post, claim.id)))
    return ours, floors


async def by_store(small: Database, large: Database) -> list[Row]:
    """One claim applied in a store of few memberships and in one of many, to posts of ten."""
    newsrooms = []
    connections = []
    for database, memberships in ((small, FEW), (large, MANY)):
        admin = await asyncpg.connect(database.admin_url)
        for kind in (COUNCIL, CHAIR):
            await fill(admin, kind, memberships // _EACH // 2, _EACH)
        await admin.execute("VACUUM ANALYZE", timeout=1_200)
        await admin.close()
        connection = await asyncpg.connect(database.database_url)
        connections.append(connection)
        newsrooms.append(Newsroom(connection))
        await newsrooms[-1].open()

    async def some(newsroom: Newsroom, memberships: int) -> list[float]:
        taken = []
        for turn in range(_ROUNDS * 2):
            kind = (COUNCIL, CHAIR)[turn % 2]
            post = f"{kind}-{_EACH}-{random.randrange(1, memberships // _EACH // 2)}"
            day = date.fromisoformat(NEWEST) + timedelta(days=turn)
            for told, person in (("in", f"person-new-{turn}"), ("holds", f"person-{post}-{_EACH}")):
                claim = await newsroom.told(told, post, person, day)
                taken.append(await newsroom.decided(claim, "accepted"))
        return taken

    few, many = await _in_turn(lambda: some(newsrooms[0], FEW), lambda: some(newsrooms[1], MANY))
    for connection in connections:
        await connection.close()
    what = f"one claim applied, {MANY:,} memberships in store, floor: {FEW:,} in store (less is better)"
    return [_beside(what, many, few)]


async def by_attestations(database: Database) -> list[Row]:
    """One more attestation of a membership that has a few, and of one that has many."""
    admin = await asyncpg.connect(database.admin_url)
    await fill(admin, COUNCIL, 2, 1, named="held")
    for post, times in enumerate(ATTESTED, start=1):
        await mention(admin, f"{COUNCIL}-held-{post}", f"person-{COUNCIL}-held-{post}-1", times)
    await admin.execute("VACUUM ANALYZE")
    await admin.close()
    connection = await asyncpg.connect(database.database_url)
    newsroom = Newsroom(connection)
    await newsroom.open()

    async def some(post: int) -> list[float]:
        taken = []
        for turn in range(_ROUNDS * 2):
            day = date.fromisoformat(NEWEST) + timedelta(days=20 + turn)
            claim = await newsroom.told(
                "holds", f"{COUNCIL}-held-{post}", f"person-{COUNCIL}-held-{post}-1", day
            )
            taken.append(await newsroom.decided(claim, "accepted"))
        return taken

    few, many = await _in_turn(lambda: some(1), lambda: some(2))
    await connection.close()
    what = f"one attestation onto {ATTESTED[1]:,}, floor: onto {ATTESTED[0]:,} (less is better)"
    return [_beside(what, many, few)]


async def asking(database: Database) -> list[Row]:
    """Who held a post on a day, as was known at a position, against one row by its primary key on one connection."""
    admin = await asyncpg.connect(database.admin_url)
    await fill(admin, COUNCIL, 500, 3)
    await fill(admin, CHAIR, 500, _EACH)
    await admin.execute("UPDATE cursor SET position = 20000000 WHERE name = 'projector'")
    await admin.execute("VACUUM ANALYZE")
    await admin.close()
    # As the service makes those on which this is looked up.
    connection = await asyncpg.connect(database.database_url, server_settings={"jit": "off"})
    await plan_by_index(connection)

    async def asked() -> list[float]:
        return [await _timed(lambda: _ask(connection)) for _ in range(300)]

    async def by_key() -> list[float]:
        return [
            await _timed(
                lambda: connection.fetchrow("SELECT * FROM post WHERE id = $1", f"{CHAIR}-{_EACH}-17")
            )
            for _ in range(300)
        ]

    async def looked_up() -> list[float]:
        return [
            await _timed(lambda: connection.fetch(_MEMBERSHIPS, [f"{COUNCIL}-3-17"], 15_000_000))
            for _ in range(300)
        ]

    keys, looked = await _in_turn(by_key, looked_up)
    again, answers = await _in_turn(by_key, asked)
    await connection.close()
    return [
        _beside("memberships of a post as known at a position, floor: SELECT by primary key", looked, keys),
        _beside(
            "the same answered for a day, with names and quotes, floor: SELECT by primary key", answers, again
        ),
    ]


async def _ask(connection: asyncpg.Connection) -> None:
    kind, size, back = random.choice(((COUNCIL, 3, 1), (CHAIR, _EACH, 250)))
    day = date.fromisoformat(NEWEST) - timedelta(days=random.randrange(back))
    post = f"{kind}-{size}-{random.randrange(1, 500)}"
    (known,) = await holders(connection, [Asked(post, day, random.choice((None, 15_000_000)))])
    if known is None or not (known.answer.holders or known.answer.last_known_holder):
        raise RuntimeError(f"nobody holds {post} on {day}")


async def _timed(ask: Callable[[], Awaitable[Any]]) -> float:
    began = time.perf_counter()
    await ask()
    return time.perf_counter() - began


async def _in_turn(
    one: Callable[[], Awaitable[list[float]]], other: Callable[[], Awaitable[list[float]]]
) -> tuple[list[list[float]], list[list[float]]]:
    ones, others = list[list[float]](), list[list[float]]()
    await one()
    await other()  # both warm
    for number in range(PAIRS):
        for which in (one, other) if number % 2 == 0 else (other, one):
            (ones if which is one else others).append(await which())
    return ones, others


def _beside(what: str, ours: list[list[float]], floors: list[list[float]]) -> Row:
    """p50 and p99 over all samples; the ratio is that of the medians, pair by pair."""
    ratios = [
        statistics.median(one) / statistics.median(least) for one, least in zip(ours, floors, strict=True)
    ]
    p99 = _quantiles(ours)[98] / _quantiles(floors)[98]
    return Row(what, _told(ours), _told(floors), f"p50 {spread(ratios, 2)}, p99 {p99:.2f}")


def _told(samples: list[list[float]]) -> str:
    cut = _quantiles(samples)
    return f"p50 {cut[49] * 1000:.2f} ms, p99 {cut[98] * 1000:.2f} ms"


def _quantiles(samples: list[list[float]]) -> list[float]:
    return statistics.quantiles([one for each in samples for one in each], n=100)
