"""Who holds a post, over HTTP, beside a bare hello on the same server: from memory, from Redis, from Postgres.

What is asked of Redis or Postgres is asked of a service that keeps nothing in memory; of Postgres, of one whose Redis
is away. Every connection asks for another post.
"""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import asyncpg
import httpx
import msgspec
from cryptography.fernet import Fernet

from service.embedded.postgres import run_apart
from tests.bench.pairs import PAIRS, Row, spread
from tests.support.processes import comes_true
from tests.support.servers import PostgresServer, flushed_redis
from tests.support.service import COMMAND, Service, free_port, serving, wait_ready

CONNECTIONS = (32, 256)
SECONDS = 1.0
BULK = 1_000
NOWHERE = "redis://127.0.0.1:1"  # nobody listens
_MUCH = {"INCUMBENT_REQUESTS_PER_MINUTE": "1000000000"}
_FORGETFUL = {**_MUCH, "INCUMBENT_MEMORY_BYTES": "1"}


class Load(msgspec.Struct, frozen=True):
    """What a load found: answers a second, and milliseconds of an answer."""

    rate: float
    p50: float
    p99: float


def holders_against_hello(server: PostgresServer, redis_url: str, folder: Path) -> Iterator[Row]:
    """Answers a second, and their 99th percentile, against hello."""
    with server.database() as database, hello() as bare:
        with serving(database, flushed_redis(redis_url), folder, **_MUCH) as service:
            key, posts = _filled(service)
            yield from _from_memory(service, key, posts, bare)
            yield _bulk(service, key, posts)
            yield _resident(service)
        with serving(database, redis_url, folder, **_FORGETFUL) as service:
            with service.client(key) as client:  # Redis has them all from here on
                client.post("/v1/bulk/holders", json={"posts": posts}).raise_for_status()
            yield from _behind(service, key, posts, bare, "from Redis", lambda number: "")
        with serving(database, NOWHERE, folder, **_FORGETFUL) as service:
            head = service.head()
            for what, query in (
                ("from Postgres", lambda number: ""),
                ("each as_of another day, from Postgres", lambda number: f"?as_of={_day(number)}"),
                (
                    "each known_at another second, from Postgres",
                    lambda number: f"?known_at={_second(number)}",
                ),
                ("each at another position, from Postgres", lambda number: f"?at_position={head - number}"),
            ):
                yield from _behind(service, key, posts, bare, what, query)


def _day(number: int) -> date:
    return date(2026, 3, 12) + timedelta(days=number)


def _second(number: int) -> str:
    return (datetime(2030, 1, 1, tzinfo=UTC) + timedelta(seconds=number)).isoformat().replace("+00:00", "Z")


def _from_memory(service: Service, key: str, posts: Sequence[str], bare: int) -> Iterator[Row]:
    path = f"/v1/posts/{posts[0]}/holders"
    with service.client(key) as client:
        first = client.get(path, headers={"Accept-Encoding": "identity"})
    authorization = f"Authorization: Bearer {key}\r\n"
    known = f"{authorization}If-None-Match: {first.headers['etag']}\r\n"
    for connections in CONNECTIONS:
        whole = [_request(path, authorization)]
        yield from _beside(f"hot, {len(first.content)} B", service, whole, bare, connections, tail=True)
        yield from _beside("304", service, [_request(path, known)], bare, connections)


def _behind(
    service: Service, key: str, posts: Sequence[str], bare: int, what: str, query: Callable[[int], str]
) -> Iterator[Row]:
    """`query`: of the request for a post of a number."""
    authorization = f"Authorization: Bearer {key}\r\n"
    requests = [
        _request(f"/v1/posts/{post}/holders{query(number)}", authorization)
        for number, post in enumerate(posts[:256])
    ]
    yield from _beside(what, service, requests, bare, CONNECTIONS[0])


def _beside(
    what: str, service: Service, requests: Sequence[bytes], bare: int, connections: int, *, tail: bool = False
) -> Iterator[Row]:
    """Rates in turn with hello's; `tail`: the 99th percentiles too."""
    here = _port(service)
    ours: list[Load] = []
    floors: list[Load] = []
    load(here, requests, connections, 0.3)  # nobody's first
    for number in range(PAIRS):
        for each in ("ours", "floor") if number % 2 == 0 else ("floor", "ours"):
            if each == "ours":
                ours.append(load(here, requests, connections, SECONDS))
            else:
                floors.append(load(bare, [_request("/")], connections, SECONDS))
    rates = [one.rate / other.rate for one, other in zip(ours, floors, strict=True)]
    yield Row(
        f"GET holders, {what}, {connections} connections, floor: hello",
        f"{spread([each.rate for each in ours])} /s",
        f"{spread([each.rate for each in floors])} /s",
        spread(rates, 2),
    )
    if tail:
        yield Row(
            f"GET holders, {what}, {connections} connections, p99 (less is better)",
            f"{spread([each.p99 for each in ours], 1)} ms",
            f"{spread([each.p99 for each in floors], 1)} ms",
            spread([one.p99 / other.p99 for one, other in zip(ours, floors, strict=True)], 2),
        )


def _bulk(service: Service, key: str, posts: Sequence[str]) -> Row:
    """Posts a second of requests for a thousand of them at a time, one after the other."""
    body = msgspec.json.encode({"posts": list(posts)})
    request = (
        f"POST /v1/bulk/holders HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode()
    rates = [load(_port(service), [request + body], 1, SECONDS).rate * len(posts) for _ in range(PAIRS)]
    return Row(
        f"bulk holders, {len(posts):,} posts a request, one client", f"{spread(rates)} posts/s", "", ""
    )


def _resident(service: Service) -> Row:
    """Resident memory of the worker after all that."""
    return Row(
        "resident memory of a worker, after the loads above", f"{resident(service.pid) / 1e6:,.0f} MB", "", ""
    )


def resident(pid: int) -> int:
    """Bytes of the largest process among a process and those that it started."""
    own = int(re.findall(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[0]) * 1024
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return max([own, *(resident(int(child)) for child in children)])


def _filled(service: Service) -> tuple[str, list[str]]:
    """A key, and the ids of a thousand posts that a list has brought."""
    key = service.key("read", "ingest", publishers=("Bench",), trusted=True)
    rows = [
        "nr,who,what,where,from",
        *(f"{n},Ada Quill{n},mayor of ward {n},Harbour,2020-03-01" for n in range(BULK)),
    ]
    file = service.data / "mayors.csv"
    file.write_text("\n".join(rows), "utf-8")
    subprocess.run(
        [COMMAND, "import", "csv", file, "--map", "id=nr,person=who,post=what,organization=where,start=from",
         "--publisher", "Bench Register", "--missing-end", "current"],
        env={**os.environ, "DATABASE_URL": service.database.database_url, "REDIS_URL": service.redis_url},
        check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    with service.client(key) as client:
        shown = {"min_position": service.head()}
        if not comes_true(lambda: client.get("/v1/posts", params=shown).is_success, within=60):
            raise RuntimeError("the list does not show in the views")

    async def ids() -> list[str]:
        connection = await asyncpg.connect(service.database.database_url)
        try:
            return [row["id"] for row in await connection.fetch("SELECT id FROM post ORDER BY id")]
        finally:
            await connection.close()

    return key, run_apart(ids())


def load(port: int, requests: Sequence[bytes], connections: int, seconds: float) -> Load:
    """A load from a generator in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.load", "127.0.0.1", str(port), str(connections), str(seconds)],
        input=b"\0".join(requests), capture_output=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(f"the load generator failed: {done.stderr.decode()[-500:]}")
    return Load(*(float(figure) for figure in done.stdout.split()))


def starts(folder: Path) -> Iterator[Row]:
    """Seconds from `incumbent serve` to the first answer: with embedded servers of its own, and with running ones."""
    data = folder / "starts"
    took = [_first_answer(data, {}) for _ in range(3)]
    yield Row("start to first answer, embedded servers, an empty folder", f"{took[0]:.2f} s", "", "")
    yield Row("start to first answer, embedded servers", f"{spread(took[1:], 2)} s", "", "")


def _first_answer(data: Path, settings: dict[str, str]) -> float:
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    process = subprocess.Popen(
        [COMMAND, "serve", "--port", str(port), "--data", data],
        env={**environment, **settings}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_ready(f"http://127.0.0.1:{port}", process)
        return time.perf_counter() - began
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def starts_on_running_servers(server: PostgresServer, redis_url: str, folder: Path) -> Row:
    """The same where Postgres and Redis run already; migrated before."""
    with server.database() as database:
        settings = {
            "DATABASE_URL": database.database_url,
            "DATABASE_ADMIN_URL": database.admin_url,
            "REDIS_URL": redis_url,
            "INCUMBENT_SECRET_KEY": Fernet.generate_key().decode(),
        }
        took = [_first_answer(folder / "elsewhere", settings) for _ in range(4)]
    return Row("start to first answer, running servers", f"{spread(took[1:], 2)} s", "", "")


@contextmanager
def hello() -> Iterator[int]:
    """The bare application on Granian as the service runs it; gives its port."""
    port = free_port()
    process = subprocess.Popen(
        [
            sys.executable, "-m", "granian", "tests.bench.hello:app", "--interface", "asgi", "--loop", "uvloop",
            "--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--no-ws", "--log-level", "warning",
        ]
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with contextlib.suppress(httpx.HTTPError):
                httpx.get(f"http://127.0.0.1:{port}/", trust_env=False)
                break
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _port(service: Service) -> int:
    return int(service.url.rsplit(":", 1)[1])


def _request(path: str, headers: str = "") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n".encode()
