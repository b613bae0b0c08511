"""Readers, writers, drafts, streams and webhooks at once for as long as one likes: nothing is refused, memory is flat.

INCUMBENT_SOAK is how many seconds; `make soak` takes ten minutes. Within the suite it is a few seconds, which show
that nothing fails, and are too few to say anything of memory.
"""

import asyncio
import contextlib
import os
import random
import re
import statistics
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.bench.over_http import FAMILY, GIVEN
from tests.support.receiver import receiver
from tests.support.servers import Database
from tests.support.service import Service, serving

SECONDS = float(os.environ.get("INCUMBENT_SOAK", "8"))
LONG = 300.0  # seconds from which memory is judged
GROWTH = 1.1  # of the second quarter's memory, at most, in the last
FIELDS = "Harbour Railway Forest Energy Housing Defence Finance Transport Health Justice".split()
PLACES = "Norland Vardo Aldmouth Kestrel Lindholm Marsh Osten Quill".split()
READERS, STREAMS = 4, 20


@pytest.fixture(scope="module")
def service(
    database: Database, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    data = tmp_path_factory.mktemp("service")
    with serving(database, redis_url, data, INCUMBENT_REQUESTS_PER_MINUTE="1000000000") as service:
        yield service


class Life:
    """What clients do all the time, each answer counted."""

    def __init__(self, client: httpx.AsyncClient, randomness: random.Random) -> None:
        self.statuses: Counter[tuple[str, int]] = Counter()
        self.streamed = 0
        self._client, self._random = client, randomness
        self._articles = 0
        self._tags: dict[str, str] = {}

    async def read(self) -> None:
        await asyncio.sleep(0.02)
        post = f"{self._random.choice(FIELDS).lower()} minister"
        place = self._random.choice(PLACES)
        path = self._random.choice(
            (
                f"/v1/who?post={post}&org={place}",
                f"/v1/who?post={post}&org={place}&as_of=2026-0{self._random.randint(1, 6)}-15",
                "/v1/board?limit=50",
                f"/v1/changes?after={self._random.randint(0, 200)}.0&limit=20",
                "/v1/memberships?limit=50&include=claims",
                f"/v1/posts?q={post}",
            )
        )
        known = {"If-None-Match": self._tags[path]} if path in self._tags else {}
        answer = await self._client.get(path, headers=known)
        if answer.status_code == 404:  # nobody has written of that post yet
            self.statuses["read", 404] += 1
            return
        self._count("read", answer)
        self._tags[path] = answer.headers["etag"]
        if path.startswith("/v1/who") and answer.content and (found := answer.json()["answer"]):
            id_ = found["post"]["id"]
            for kind in ("holders", "timeline", "timeline.svg", "feed.atom"):
                self._count(kind, await self._client.get(f"/v1/posts/{id_}/{kind}"))

    async def write(self) -> None:
        self._articles += 1
        number = self._articles
        first, second = FAMILY[number // len(GIVEN) % len(FAMILY)], FAMILY[number // 195 % len(FAMILY)]
        who = f"{GIVEN[number % len(GIVEN)]} {first}-{second}"  # 2,535 persons
        field, place = self._random.choice(FIELDS), self._random.choice(PLACES)
        told = (
            f"{place}'s {field} Minister {who} resigned on Tuesday, the {field} Ministry of {place} said.",
            f"{place} {field} {number // 3} Plc has appointed {who} as chief executive officer, it said.",
        )
        body = {
            "uri": f"https://soak.example/{number}",
            "text": told[number % 2],
            "published": f"2026-{1 + number % 6:02}-{1 + number % 27:02}",
        }
        self._count("write", await self._client.post("/v1/articles", json=body))
        await asyncio.sleep(0.1)

    async def check(self) -> None:
        text = f"{self._random.choice(FIELDS)} Minister {self._random.choice(GIVEN)} Quill said so."
        self._count("check", await self._client.post("/v1/checks", json={"text": text}))
        await asyncio.sleep(0.5)

    async def stream(self) -> None:
        """Reads from the beginning for a while, and leaves."""
        async with self._client.stream("GET", "/v1/changes/stream", params={"after": "0.0"}) as answer:
            self._count("stream", answer)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._random.uniform(0.5, min(20.0, SECONDS / 2))):
                    async for line in answer.aiter_lines():
                        self.streamed += line.startswith("data:")

    def _count(self, what: str, answer: httpx.Response) -> None:
        self.statuses[what, answer.status_code] += 1
        assert answer.status_code in (200, 201, 202, 304), f"{what}: {answer.status_code} of {answer.url}"


@pytest.mark.slow
async def test_nothing_is_refused_and_memory_stays_flat(service: Service, randomness: random.Random) -> None:
    key = service.key("read", "ingest", "subscribe", publishers=("Soak",), trusted=True)
    limits = httpx.Limits(max_connections=None)
    async with (
        receiver() as hook,
        httpx.AsyncClient(
            base_url=service.url,
            headers={"Authorization": f"Bearer {key}"},
            trust_env=False,
            timeout=30,
            limits=limits,
        ) as client,
    ):
        (await client.post("/v1/subscriptions", json={"url": hook.url})).raise_for_status()
        life, stop = Life(client, randomness), asyncio.Event()
        lives = [
            asyncio.create_task(_again_and_again(act, stop))
            for act in (*[life.read] * READERS, life.write, life.check, *[life.stream] * STREAMS)
        ]
        memory = [
            await _measured(service, life, len(hook.accepted), seconds) async for seconds in _ticks(lives)
        ]
        stop.set()
        await asyncio.gather(*lives)
    print({f"{what} {status}": count for (what, status), count in sorted(life.statuses.items())})
    for what in ("read", "write", "check", "stream", "holders"):
        assert any(kind == what for kind, _ in life.statuses), f"nothing of {what}"
    assert life.streamed
    assert hook.accepted
    if SECONDS >= LONG:
        quarter = len(memory) // 4
        before, after = statistics.median(memory[quarter : 2 * quarter]), statistics.median(memory[-quarter:])
        print(f"{before / 1e6:.0f} MB in the second quarter, {after / 1e6:.0f} MB in the last")
        assert after <= before * GROWTH


async def _again_and_again(act: Callable[[], Awaitable[None]], stop: asyncio.Event) -> None:
    while not stop.is_set():
        await act()


async def _ticks(lives: list[asyncio.Task[None]]) -> AsyncIterator[float]:
    """Every few seconds how many have passed; raises what one of the lives raises."""
    began = time.monotonic()
    while (passed := time.monotonic() - began) < SECONDS:
        done, _ = await asyncio.wait(
            lives, timeout=min(5.0, SECONDS / 4), return_when=asyncio.FIRST_EXCEPTION
        )
        for each in done:
            each.result()
        yield passed


async def _measured(service: Service, life: Life, delivered: int, seconds: float) -> int:
    """Resident bytes of the service's processes."""
    found = await asyncio.to_thread(_resident, service.pid)
    answers = sum(life.statuses.values())
    print(
        f"{seconds:4.0f} s: {found / 1e6:4.0f} MB, {answers} answers, {life.streamed} told, {delivered} delivered"
    )
    return found


def _resident(pid: int) -> int:
    own = int(re.findall(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[0]) * 1024
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return own + sum(_resident(int(child)) for child in children)
