"""`make bench`: one table, each figure beside its floor of the same run. `--write` keeps it in docs/benchmarks.md."""

import asyncio
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import uvloop
from rich.console import Console
from rich.table import Table

from service import embedded
from service.embedded.postgres import run_apart
from tests.bench.appends import appends
from tests.bench.deliveries import deliveries
from tests.bench.folding import MANY, applying, asking, by_attestations, by_store
from tests.bench.holders import holders_against_hello, starts, starts_on_running_servers
from tests.bench.log_peer import beside_eventsourcing
from tests.bench.log_reading import reads, to_a_follower
from tests.bench.log_size import LARGE, by_size
from tests.bench.over_http import news
from tests.bench.pairs import PAIRS, Row
from tests.bench.reading import reading_figures, reading_speed
from tests.bench.rebuild import rebuilding
from tests.bench.streams import readers_and_writers
from tests.support.processes import open_folder
from tests.support.servers import Database, PostgresServer, flushed_redis, migrate
from tests.support.service import serving

_NO_LIMIT = "1000000000"  # that a minute of the bench could reach

OF_THE_LOG = {
    "appends against raw INSERTs": appends,
    "reading against raw rows": reads,
    "following against a raw NOTIFY": to_a_follower,
}
OF_THE_VIEWS = {
    "claims applied against raw writes": applying,
    "attestations onto many against onto few": by_attestations,
    "holders on two axes against a primary key": asking,
}
KEPT = Path(__file__).parents[2] / "docs" / "benchmarks.md"


def main() -> None:
    console = Console()
    with open_folder() as folder, embedded.start(folder / "servers") as servers, console.status("") as status:
        server = PostgresServer(admin_url=servers.admin_url, database_url=servers.database_url)
        rows: list[Row] = []
        status.update("reading against splitting into words")
        rows += asyncio.run(reading_speed())
        rows += reading_figures()
        for what, measure in OF_THE_LOG.items():
            with _migrated(server) as database:
                status.update(what)
                rows += uvloop.run(measure(database))
        with _migrated(server) as small, _migrated(server) as large:
            status.update(f"the log at {LARGE:,} events")
            rows += uvloop.run(by_size(small, large))
        for what, measure in OF_THE_VIEWS.items():
            with _migrated(server) as database:
                status.update(what)
                rows += uvloop.run(measure(database))
        with _migrated(server) as small, _migrated(server) as large:
            status.update(f"claims applied at {MANY:,} memberships")
            rows += uvloop.run(by_store(small, large))
        with _migrated(server) as articles, _migrated(server) as imports:
            status.update("rebuilds against copies")
            rows += uvloop.run(rebuilding(articles, imports))
        with _migrated(server) as database:
            status.update("deliveries against bare requests")
            rows += uvloop.run(deliveries(database))
        with _migrated(server) as database, server.database() as theirs:
            status.update("the log beside eventsourcing")
            rows += uvloop.run(beside_eventsourcing(database, theirs))
        status.update("holders against hello")
        rows += holders_against_hello(server, servers.redis_url, folder)
        status.update("how long a start takes")
        rows += starts(folder)
        rows.append(starts_on_running_servers(server, servers.redis_url, folder))
        with (
            server.database() as database,
            serving(
                database, flushed_redis(servers.redis_url), folder, INCUMBENT_REQUESTS_PER_MINUTE=_NO_LIMIT
            ) as service,
        ):
            key = service.key("read", "ingest", "subscribe", publishers=("Bench",), trusted=True)
            status.update("articles and webhooks")
            rows += asyncio.run(news(service, key))
        with (
            server.database() as database,
            serving(database, flushed_redis(servers.redis_url), folder) as service,
        ):
            key = service.key("read", "ingest", publishers=("Bench",), trusted=True)
            status.update("readers of the stream")
            rows += asyncio.run(readers_and_writers(service, key))
    _print(console, rows)
    if "--write" in sys.argv[1:]:
        KEPT.write_text(_markdown(rows), "utf-8")
        console.print(f"kept in {KEPT.relative_to(Path.cwd())}")


@contextmanager
def _migrated(server: PostgresServer) -> Iterator[Database]:
    with server.database() as database:
        run_apart(migrate(database))
        yield database


def _print(console: Console, rows: list[Row]) -> None:
    table = Table(
        "what", "measured", "floor", "ratio", caption=f"{_machine()}; medians of {PAIRS} pairs [range]"
    )
    for row in rows:
        table.add_row(row.what, row.measured, row.floor, row.ratio)
    console.print(table)


def _markdown(rows: list[Row]) -> str:
    lines = [
        "# Benchmarks",
        "",
        "The last table of `make bench BENCH=--write`: every figure beside a floor measured in the same run, in",
        f"{PAIRS} interleaved pairs; medians, with the least and the most in brackets. Load generator, service and",
        "servers share the machine's cores.",
        "",
        f"{datetime.now(UTC).date()}, {_machine()}.",
        "",
        "| what | measured | floor | ratio |",
        "|---|---|---|---|",
        *(f"| {row.what} | {row.measured} | {row.floor} | {row.ratio} |" for row in rows),
        "",
    ]
    return "\n".join(lines)


def _machine() -> str:
    model = "unknown processor"
    info = Path("/proc/cpuinfo")
    if info.exists():
        found = [line for line in info.read_text("utf-8").splitlines() if line.startswith("model name")]
        model = f"{len(found)} cores of {found[0].partition(':')[2].strip()}" if found else model
    return f"{model}, {platform.system()}, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
