"""Embedded servers as the tests of them see them: held by another process, looked at from outside."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from service import embedded
from service.embedded.folder import read
from tests.support.processes import comes_true, command_lines

ROOT = Path(__file__).parents[2]

HOLD = """
import sys, time
from pathlib import Path
from service import embedded
try:
    with embedded.start(Path(sys.argv[1])) as servers:
        print(servers.admin_url, flush=True)
        time.sleep(600)
except embedded.EmbeddedError as error:
    print("refused:", error, flush=True)
"""


@contextmanager
def held_elsewhere(data: Path, *, user: str | None = None) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Another process that starts servers on the folder and holds them; gives its first line."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(data)], cwd=ROOT, stdout=subprocess.PIPE, text=True, user=user
    )
    assert holder.stdout is not None
    with holder:
        try:
            yield holder, holder.stdout.readline().strip()
        finally:
            holder.kill()
    assert comes_true(lambda: not servers_of(data), within=5)


def servers_of(data: Path) -> list[int]:
    """Processes of the servers of a folder. Valkey's command names its port only."""
    saved = read(data)
    port = f"127.0.0.1:{saved.valkey_port}" if saved is not None else "no port"
    return [
        pid
        for pid, command in command_lines().items()
        if (f"-D {data}/postgres" in command) or (command.endswith(port) and "valkey-server" in command)
    ]


def refusal(data: Path) -> str:
    """The sentence with which a start is refused."""
    with pytest.raises(embedded.EmbeddedError) as refused:
        embedded.start(data).stop()
    sentence = str(refused.value)
    assert "\n" not in sentence
    return sentence


async def rows(url: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("CREATE TABLE IF NOT EXISTS note (text text NOT NULL)")
        count: int = await connection.fetchval("SELECT count(*) FROM note")
        return count
    finally:
        await connection.close()


async def add_row(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("CREATE TABLE IF NOT EXISTS note (text text NOT NULL)")
        await connection.execute("INSERT INTO note VALUES ('kept')")
    finally:
        await connection.close()
