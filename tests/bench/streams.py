"""Two thousand readers of the stream of Changes: how soon the last hears, what each costs, what writers lose."""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import httpx

from tests.bench.over_http import article
from tests.bench.pairs import Row, latencies, paired
from tests.support.processes import command_lines
from tests.support.service import Service

READERS = 2_000
CHANGES = 20
ARTICLES = 8  # of a round of writing
PAIRS = 9


async def readers_and_writers(service: Service, key: str) -> list[Row]:
    """Three rows: to the last reader, memory of a reader, articles a second beside readers against without."""
    headers = {"Authorization": f"Bearer {key}"}
    number = iter(range(195))
    async with httpx.AsyncClient(
        base_url=service.url, headers=headers, trust_env=False, timeout=60
    ) as client:

        async def write() -> float:
            began = time.perf_counter()
            for _ in range(ARTICLES):
                (await client.post("/v1/articles", json=article(next(number)))).raise_for_status()
            return ARTICLES / (time.perf_counter() - began)

        async def beside_readers() -> float:
            async with _readers(service, key):
                return await write()

        before = _memory(service)
        async with _readers(service, key) as heard:
            each = (_memory(service) - before) / READERS
            late: list[float] = []
            for _ in range(CHANGES):
                (await client.post("/v1/articles", json=article(next(number)))).raise_for_status()
                id_, at = (await asyncio.wait_for(heard.readline(), 30)).split()
                told = await client.get("/v1/changes", params={"after": f"{id_.decode().split('.')[0]}.0"})
                recorded = datetime.fromisoformat(told.json()["changes"][0]["recorded_at"]).timestamp()
                late.append(float(at) - recorded)
        return [
            latencies(f"change recorded to the last of {READERS:,} readers", late),
            Row(f"resident memory of a reader, of {READERS:,}", f"{each / 1000:.1f} kB", "", ""),
            await paired(f"articles, beside {READERS:,} readers", "/s", beside_readers, write, pairs=PAIRS),
        ]


@asynccontextmanager
async def _readers(service: Service, key: str) -> AsyncIterator[asyncio.StreamReader]:
    """All of them connected; gives what their process prints of each Change."""
    host, port = service.url.removeprefix("http://").split(":")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.readers", host, port, str(READERS),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(
        f"GET /v1/changes/stream HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n\r\n".encode()
    )
    process.stdin.close()
    try:
        assert (await asyncio.wait_for(process.stdout.readline(), 60)).strip() == b"ready"
        yield process.stdout
    finally:
        process.kill()
        await process.wait()
        await asyncio.sleep(1)  # the service sees them leave


def _memory(service: Service) -> int:
    """Resident bytes of the service's processes."""
    own = [
        pid for pid, line in command_lines().items() if "multiprocessing" in line or str(service.data) in line
    ]
    total = 0
    for pid in own:
        status = Path(f"/proc/{pid}/status")
        found = (
            [line for line in status.read_text().splitlines() if line.startswith("VmRSS")]
            if status.exists()
            else []
        )
        total += sum(int(line.split()[1]) * 1024 for line in found)
    return total
