"""A running service: `incumbent serve` as a child process, on given servers."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import msgspec
from cryptography.fernet import Fernet

from events.log import Log
from service.embedded.postgres import run_apart
from service.keys import NewKey, create_key
from tests.support.servers import Database

COMMAND = Path(sys.executable).parent / "incumbent"


class Service(msgspec.Struct, frozen=True):
    """Where it answers, and the database behind it."""

    url: str
    database: Database
    redis_url: str
    data: Path
    secret_key: str
    pid: int = 0  # of the command, whose child the worker is

    def key(self, *scopes: str, publishers: tuple[str, ...] = (), trusted: bool = False) -> str:
        """The secret of a new key."""

        async def make() -> NewKey:
            async with asyncpg.create_pool(self.database.database_url, min_size=1, max_size=3) as pool:
                log = Log(pool)
                new = await create_key(
                    log,
                    subject=f"tester with {' '.join(scopes)}",
                    scopes=scopes,
                    publishers=publishers,
                    trusted=trusted,
                    actor="tests",
                )
                await log.close()
                return new

        made: NewKey = run_apart(make())
        self.wait_for(made.position)
        return made.secret

    def wait_for(self, position: int, seconds: float = 20.0) -> None:
        """Until the views show a position."""
        deadline = time.monotonic() + seconds
        ready = f"{self.url}/health/ready"
        while httpx.get(ready, trust_env=False, timeout=seconds).json().get("position", 0) < position:
            assert time.monotonic() < deadline, f"position {position} does not show"
            time.sleep(0.02)

    def client(self, secret: str | None) -> httpx.Client:
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=20, trust_env=False)

    def head(self) -> int:
        """The log's last position."""

        async def ask() -> int:
            connection = await asyncpg.connect(self.database.database_url)
            try:
                return int(await connection.fetchval("SELECT coalesce(max(position), 0) FROM event"))
            finally:
                await connection.close()

        head: int = run_apart(ask())
        return head


def free_port() -> int:
    """A port below those that the system gives to connections, one of which might take it before we do."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def wait_ready(url: str, process: subprocess.Popen[Any], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        assert process.poll() is None, f"the service ended with {process.returncode}"
        try:
            if httpx.get(f"{url}/health/ready", trust_env=False, timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.05)
    raise AssertionError(f"{url} was not ready within {seconds} s")


@contextmanager
def serving(database: Database, redis_url: str, data: Path, **settings: str) -> Iterator[Service]:
    """`incumbent serve` on given servers for the block; it must stop cleanly. `settings` are more variables."""
    port = free_port()
    secret_key = Fernet.generate_key().decode()
    environment = {
        **os.environ,
        "DATABASE_URL": database.database_url,
        "DATABASE_ADMIN_URL": database.admin_url,
        "REDIS_URL": redis_url,
        "INCUMBENT_SECRET_KEY": secret_key,
        "INCUMBENT_WEBHOOK_ALLOW": "127.0.0.0/8",
        "INCUMBENT_WEBHOOK_DENY_PORTS": str(port),
        **settings,
    }
    with (data / "service.log").open("wb") as output:
        process = subprocess.Popen(
            [COMMAND, "serve", "--port", str(port), "--data", data],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_ready(url, process)
        yield Service(url, database, redis_url, data, secret_key, process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            code = process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise
        print((data / "service.log").read_text(errors="replace")[-5000:])
    assert code == 0
