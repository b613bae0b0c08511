"""`incumbent rebuild` against reading the same events and copying the same rows, and the memory that it takes."""

import asyncio
import io
import os
import resource
import sys
import time
from collections.abc import Callable, Sequence

import asyncpg
import uvloop

from events.catalogue import (
    ArticleRead,
    ArticleReceived,
    Claim,
    ClaimsDecided,
    ClaimsResolved,
    ClaimsStated,
    ContentRef,
    DayTurned,
    Decision,
    Event,
    PersonCreated,
    PostOpened,
    PublisherRegistered,
    Resolution,
    StatedClaim,
)
from events.dates import PartialDate
from events.envelope import Append, NewEvent
from events.log import Log
from projections.rebuilding import VIEWS, rebuild
from tests.bench.pairs import PAIRS, Row, spread
from tests.support.servers import Database

CLAIMS = int(os.environ.get("INCUMBENT_BENCH_CLAIMS", "10000"))  # of each shape; 1000000 for the whole figure
_TEXT = ContentRef(hash="00" * 32, media_type="text/plain", length=1)
_OF_A_POST = 10  # claims
_STATED = 200  # claims in an event of an import
_READ = 500  # events at once

Told = Callable[[int], list[tuple[str, Event]]]  # the events that bring the claims from a number on


async def rebuilding(articles: Database, imports: Database) -> list[Row]:
    """A log of articles with one claim each, and one of imports with 200 claims in an event."""
    return [
        await _beside(articles, "articles", _article, 1),
        await _beside(imports, "an import", _import, _STATED),
    ]


async def _beside(database: Database, shape: str, told: Told, at_once: int) -> Row:
    await _fill(database, told, at_once)
    await _rebuilt(database, mend=True)
    copies, rows = await _copies(database)
    ours, floors, peaks = list[float](), list[float](), list[tuple[int, int]]()
    for _ in range(PAIRS):
        seconds, half, end = await _rebuilt(database, mend=False)
        ours.append(CLAIMS / seconds)
        peaks.append((half, end))
        floors.append(CLAIMS / await _floor(database, copies))
    half, end = max(peaks)
    ratios = [one / floor for one, floor in zip(ours, floors, strict=True)]
    what = (
        f"rebuild of {CLAIMS:,} claims of {shape}, {rows:,} rows, peak memory {half} MB half way and {end} MB in the"
        f" end, floor: the events read, the rows copied"
    )
    return Row(what, f"{spread(ours)} claims/s", f"{spread(floors)} claims/s", spread(ratios, 2))


async def _fill(database: Database, told: Told, at_once: int) -> None:
    async with asyncpg.create_pool(database.admin_url, min_size=2, max_size=2) as pool:
        log = Log(pool)
        opening: list[tuple[str, Event]] = [
            ("clock-utc", DayTurned(day="2024-06-01")),
            ("publisher-1", PublisherRegistered(name="Bench")),
        ]
        for number in range(0, CLAIMS, _OF_A_POST):
            opening.append((f"person-{number}", PersonCreated(name=f"Ada Quist {number}")))
            opening.append((f"post-{number}", PostOpened(label=f"mayor of {number}")))
        waiting = opening
        for number in range(0, CLAIMS, at_once):
            waiting += told(number)
            while len(waiting) >= _READ:
                await _say(log, waiting[:_READ])
                waiting = waiting[_READ:]
        await _say(log, waiting)
        await pool.execute("UPDATE cursor SET position = $1 WHERE name = 'projector'", await log.head())
        await log.close()


async def _say(log: Log, events: Sequence[tuple[str, Event]]) -> None:
    if events:
        new = tuple(NewEvent(stream=stream, event=event) for stream, event in events)
        await log.append(Append(events=new, actor="bench"))


def _claim(number: int) -> tuple[Claim, str, str]:
    """A claim and whom and what it is about: news of every post in turn, in each of which one follows another."""
    posts = CLAIMS // _OF_A_POST
    turn, place = divmod(number, posts)
    other = place if turn < _OF_A_POST // 2 else (place + 1) % posts
    kind = "in" if turn in (0, _OF_A_POST // 2) else "holds"
    claim = Claim(
        id=f"claim-{number}", kind=kind, person="Ada Quist", post="mayor", rule="bench",  # type: ignore[arg-type] # in or holds
        date=PartialDate.parse(f"2024-0{1 + turn // 2}-10") if kind == "in" else None,
    )  # fmt: skip
    return claim, f"person-{other * _OF_A_POST}", f"post-{place * _OF_A_POST}"


def _day(number: int) -> str:
    turn = number // (CLAIMS // _OF_A_POST)
    return f"2024-0{1 + turn // 2}-{11 + turn:02}"


def _article(number: int) -> list[tuple[str, Event]]:
    claim, person, post = _claim(number)
    article = f"article-{number}"
    return [
        (
            article,
            ArticleReceived(
                version=1, uri=f"https://bench.example/{number}", publisher="publisher-1", text=_TEXT, original=_TEXT,
                title_length=0, published=_day(number),
            ),
        ),
        (article, ArticleRead(version=1, extractor="bench/1", claims=(claim,))),
        (
            article,
            ClaimsResolved(resolutions=(Resolution(claim=claim.id, person=person, post=post, basis="exact"),)),
        ),
        (
            article,
            ClaimsDecided(decisions=(Decision(claim=claim.id, state="accepted", rule="bench"),), policy="bench/1"),
        ),
    ]  # fmt: skip


def _import(number: int) -> list[tuple[str, Event]]:
    claims = [_claim(each) for each in range(number, min(number + _STATED, CLAIMS))]
    stated = tuple(
        StatedClaim(claim=claim, record=claim.id, person=person, post=post) for claim, person, post in claims
    )
    return [("source-1", ClaimsStated(as_of="2024-05-20", publisher="publisher-1", claims=stated))]


async def _rebuilt(database: Database, *, mend: bool) -> tuple[float, int, int]:
    """Seconds, and the peak memory in MB half way and at the end, of a process that does nothing else."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.rebuild", database.admin_url, str(int(mend)), stdout=-1
    )
    output, _ = await process.communicate()
    if process.returncode != 0:
        raise RuntimeError("the rebuild failed")
    seconds, half, end = output.split()
    return float(seconds), int(half), int(end)


async def _copies(database: Database) -> tuple[dict[str, bytes], int]:
    """The rows of the views as COPY takes them, and how many there are."""
    admin = await asyncpg.connect(database.admin_url)
    copies, rows = dict[str, bytes](), 0
    await admin.execute("CREATE SCHEMA copied")
    for table in VIEWS:
        await admin.execute(f"CREATE UNLOGGED TABLE copied.{table} (LIKE public.{table} INCLUDING ALL)")
        output = io.BytesIO()
        await admin.copy_from_table(table, output=output, format="binary")
        copies[table] = output.getvalue()
        rows += await admin.fetchval(f"SELECT count(*) FROM {table}")
    await admin.close()
    return copies, rows


async def _floor(database: Database, copies: dict[str, bytes]) -> float:
    """Seconds that it takes to read the events and to copy the rows."""
    async with asyncpg.create_pool(database.admin_url, min_size=2, max_size=2) as pool:
        log = Log(pool)
        for table in copies:
            await pool.execute(f"TRUNCATE copied.{table}")
        began = time.perf_counter()
        position = 0
        while events := await log.read(position, _READ):
            position = events[-1].position
        for table, copy in copies.items():
            await pool.copy_to_table(table, source=io.BytesIO(copy), schema_name="copied", format="binary")
        taken = time.perf_counter() - began
        await log.close()
    return taken


async def _rebuild(admin_url: str, *, mend: bool) -> None:
    peaks = [0]

    def note(position: int, target: int) -> None:
        if position <= target // 2:
            peaks[0] = _peak()

    async with asyncpg.create_pool(admin_url, min_size=2, max_size=3) as pool:
        log = Log(pool)
        began = time.perf_counter()
        await rebuild(pool, log, mend=mend, progress=note)
        taken = time.perf_counter() - began
        await log.close()
    print(taken, peaks[0], _peak())


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:  # as `incumbent rebuild` does
        runner.run(_rebuild(sys.argv[1], mend=sys.argv[2] == "1"))
