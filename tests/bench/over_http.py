"""How long news takes to get through: from the article to the view, and from the change to the receiver."""

import contextlib
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from functools import partial

import httpx

from tests.bench.pairs import Row, latencies
from tests.support.receiver import Receiver, receiver
from tests.support.service import Service

ARTICLES = 150  # as many as there are pairs of names below, at most 195
GIVEN = "Ada Boris Carla Dario Edna Felix Greta Hugo Irma Jonas Karin Lukas Mona Nils Olga".split()
FAMILY = "Quill Marlow Teller Varga Osten Brandt Keller Lunde Moreau Norris Falk Stolt Hansen".split()


async def news(service: Service, key: str) -> list[Row]:
    """From posting an article until it shows in the views, and from its change until a webhook is received."""
    visible: list[float] = []
    delivered: list[float] = []
    async with _client(service, key) as client, receiver() as hook:
        made = await client.post("/v1/subscriptions", json={"url": hook.url})
        made.raise_for_status()
        for number in range(ARTICLES):
            began = time.perf_counter()
            sent = await client.post("/v1/articles", json=article(number))
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


@contextlib.asynccontextmanager
async def _client(service: Service, key: str) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(
        base_url=service.url, headers=headers, trust_env=False, timeout=30
    ) as client:
        yield client


def _has(count: int, hook: Receiver) -> bool:
    return len(hook.received) >= count


def article(number: int) -> dict[str, str]:
    """An article with one appointment of its own: another company and person for each number."""
    name = f"{GIVEN[number % len(GIVEN)]} {FAMILY[number // len(GIVEN) % len(FAMILY)]}"
    company = f"Harbour {FAMILY[number % len(FAMILY)]} {GIVEN[number // len(FAMILY) % len(GIVEN)]} Plc"
    return {
        "uri": f"https://bench.example/{number}",
        "published": "2026-03-10",
        "text": f"{company} has appointed {name} as chief executive officer, the company said on Tuesday.",
    }
