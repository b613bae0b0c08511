"""Over HTTP: reading against a bare hello on the same server, and how long news takes to get through."""

import asyncio
import contextlib
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial

import httpx

from tests.bench.pairs import Row, latencies, paired
from tests.support.receiver import Receiver, receiver
from tests.support.service import Service, free_port

CONNECTIONS = 32
SECONDS = 1.5
ARTICLES = 150  # as many as there are pairs of names below, at most 195
GIVEN = "Ada Boris Carla Dario Edna Felix Greta Hugo Irma Jonas Karin Lukas Mona Nils Olga".split()
FAMILY = "Quill Marlow Teller Varga Osten Brandt Keller Lunde Moreau Norris Falk Stolt Hansen".split()


async def holders_against_hello(service: Service, key: str) -> list[Row]:
    """Answers a second of the hot holders of a post, in full and as 304, against hello on the same server."""
    with service.client(key) as client, hello() as port:
        sent = client.post("/v1/articles", json=_article(-1))
        sent.raise_for_status()
        post = sent.json()["claims"][0]["post"]
        path = f"/v1/posts/{post}/holders"
        first = client.get(path)
        authorization = f"Authorization: Bearer {key}\r\n"
        full = _request(path, authorization)
        known = _request(path, f"{authorization}If-None-Match: {first.headers['etag']}\r\n")
        here = int(service.url.rsplit(":", 1)[1])

        async def bare() -> float:
            return await load(port, _request("/"))

        async def whole() -> float:
            return await load(here, full)

        async def unchanged() -> float:
            return await load(here, known)

        return [
            await paired(
                f"GET holders, hot, {len(first.content)} B, {CONNECTIONS} connections", "/s", whole, bare
            ),
            await paired(f"GET holders, 304, {CONNECTIONS} connections", "/s", unchanged, bare),
        ]


async def news(service: Service, key: str) -> list[Row]:
    """From posting an article until it shows in the views, and from its change until a webhook is received."""
    visible: list[float] = []
    delivered: list[float] = []
    async with _client(service, key) as client, receiver() as hook:
        made = await client.post("/v1/subscriptions", json={"url": hook.url})
        made.raise_for_status()
        for number in range(ARTICLES):
            began = time.perf_counter()
            sent = await client.post("/v1/articles", json=_article(number))
            visible.append(time.perf_counter() - began)
            if sent.status_code != 201:
                raise RuntimeError(f"{sent.status_code}: {sent.text}")
            await hook.until(partial(_has, number + 1), seconds=30)
        now_minus_monotonic = datetime.now(UTC).timestamp() - time.monotonic()
        for request in hook.received:
            happened = datetime.fromisoformat(request.event["time"]).timestamp()
            delivered.append(request.at + now_minus_monotonic - happened)
        await client.delete(f"/v1/subscriptions/{made.json()['subscription']['id']}")
    return [
        latencies("article posted to visible in the view", visible),
        latencies("change recorded to webhook received", delivered),
    ]


async def load(port: int, request: bytes) -> float:
    """Answers a second, measured by a generator in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.load", "127.0.0.1", str(port), str(CONNECTIONS), str(SECONDS),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    output, _ = await process.communicate(request)
    if process.returncode != 0:
        raise RuntimeError("the load generator failed")
    return float(output)


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


@contextlib.asynccontextmanager
async def _client(service: Service, key: str) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(
        base_url=service.url, headers=headers, trust_env=False, timeout=30
    ) as client:
        yield client


def _has(count: int, hook: Receiver) -> bool:
    return len(hook.received) >= count


def _request(path: str, headers: str = "") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n".encode()


def _article(number: int) -> dict[str, str]:
    """An article with one appointment of its own: another company and person for each number."""
    name = f"{GIVEN[number % len(GIVEN)]} {FAMILY[number // len(GIVEN) % len(FAMILY)]}"
    company = f"Harbour {FAMILY[number % len(FAMILY)]} {GIVEN[number // len(FAMILY) % len(GIVEN)]} Plc"
    return {
        "uri": f"https://bench.example/{number}",
        "published": "2026-03-10",
        "text": f"{company} has appointed {name} as chief executive officer, the company said on Tuesday.",
    }
