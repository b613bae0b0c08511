"""Starts the embedded servers of a data folder, finds running ones, stops them."""

import atexit
import os
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import asyncpg
import msgspec

from service.embedded import account, folder, postgres, valkey
from service.embedded.errors import EmbeddedError
from service.embedded.folder import Folder, Saved, free_port
from service.embedded.postgres import ADMIN, APPLICATION, DATABASE, Cluster, run_apart
from service.embedded.valkey import Cache

PORT_ATTEMPTS = 5


def start(data: Path) -> "Servers":
    """Starts Postgres and Valkey with their data under `data` (made if need be) and waits until both answer.

    They stop with `Servers.stop`, at the end of a `with` block, and in any case when this process ends. Raises
    EmbeddedError, whose message is one sentence, if the folder is in use or unusable or a server does not start.
    """
    return Servers(data)


def running(data: Path) -> "Addresses | None":
    """The addresses of the servers that a process runs for this data folder; None if there are none.

    Raises EmbeddedError if the folder may not be read.
    """
    holder = folder.holder(data)
    saved = folder.read(data) if holder is not None else None
    return _addresses(saved) if saved is not None and saved.pid == holder else None


class Addresses(msgspec.Struct, frozen=True, kw_only=True):
    """Where the servers answer, passwords included: for connecting, not for logs."""

    admin_url: str  # postgresql://, a superuser of the embedded cluster: migrations
    database_url: str  # postgresql://, the application's role, which has no rights but those migrations grant
    redis_url: str  # redis://


class Servers:
    """The running servers of a data folder, which this process holds until `stop`."""

    def __init__(self, data: Path) -> None:
        self._owner = os.getpid()
        with ExitStack() as stops:
            self._folder = Folder(data)
            stops.callback(self._folder.release)
            self._saved, is_new = self._folder.load()
            self._tell(None)  # until they answer, nobody should find them
            self._prepare(is_new=is_new)
            stops.callback(self._cluster.stop)
            self._start_cluster()
            stops.callback(self._cache.stop)
            run_apart(self._settle(new_passwords=is_new))
            self._tell(self._owner)
            self._stops = stops.pop_all()
        self.addresses = _addresses(self._saved)
        self.stopped = False  # by us
        atexit.register(self.stop)

    @property
    def admin_url(self) -> str:
        return self.addresses.admin_url

    @property
    def database_url(self) -> str:
        return self.addresses.database_url

    @property
    def redis_url(self) -> str:
        return self.addresses.redis_url

    def ended(self) -> str | None:
        """The name of a server that has ended by itself, None while both run."""
        if not self._cluster.running:
            return "PostgreSQL"
        return None if self._cache.running else "Valkey"

    def stop(self) -> None:
        """Stops both servers cleanly and lets go of the folder. A second time it does nothing."""
        if os.getpid() != self._owner:
            return  # a fork of us, ending: the servers are its parent's
        self.stopped = True
        atexit.unregister(self.stop)
        with self._stops:
            if self._saved.pid is not None:
                self._tell(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _tell(self, pid: int | None) -> None:
        self._saved.pid = pid
        self._folder.save(self._saved)

    def _prepare(self, *, is_new: bool) -> None:
        """Finds out who runs what, and makes the cluster if there is none yet."""
        data = self._folder.path
        programs, program = postgres.binaries(), valkey.binary()
        runs_as = account.choose(data / "postgres", programs / "postgres", program)
        self._cluster = Cluster(data / "postgres", programs, runs_as, data / "postgres.log")
        self._cache = Cache(program, runs_as, data / "valkey.log")
        existed = (data / "postgres").exists()
        if not existed:
            self._cluster.create(self._saved.admin_password)
        self._cluster.check()
        if existed and is_new:
            self._cluster.set_admin_password(self._saved.admin_password)

    def _start_cluster(self) -> None:
        for _ in range(PORT_ATTEMPTS):
            if self._cluster.start(self._saved.postgres_port):
                return
            self._saved.postgres_port = free_port()
        raise EmbeddedError("no port on 127.0.0.1 stayed free for PostgreSQL")

    async def _start_cache(self) -> None:
        for _ in range(PORT_ATTEMPTS):
            if await self._cache.start(self._saved.valkey_port, self._saved.valkey_password):
                return
            self._saved.valkey_port = free_port()
        raise EmbeddedError("no port on 127.0.0.1 stayed free for Valkey")

    async def _settle(self, *, new_passwords: bool) -> None:
        """Waits for both, and sees to it that role and database are there."""
        await self._start_cache()
        admin_url = _url(ADMIN, self._saved.admin_password, self._saved.postgres_port, "postgres")
        await self._cluster.wait_ready(admin_url)
        connection = await asyncpg.connect(admin_url)
        try:
            known = await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", APPLICATION)
            if not known or new_passwords:
                verb = "ALTER" if known else "CREATE"
                # A utility statement takes no parameters; the password is letters, digits, - and _.
                await connection.execute(
                    f"{verb} ROLE {APPLICATION} LOGIN PASSWORD '{self._saved.application_password}'"
                )
            if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", DATABASE):
                await connection.execute(f"CREATE DATABASE {DATABASE}")
        except asyncpg.PostgresError as error:
            raise EmbeddedError(f"PostgreSQL on {self._cluster.folder} refuses to work: {error}") from error
        finally:
            await connection.close()


def _addresses(saved: Saved) -> Addresses:
    return Addresses(
        admin_url=_url(ADMIN, saved.admin_password, saved.postgres_port, DATABASE),
        database_url=_url(APPLICATION, saved.application_password, saved.postgres_port, DATABASE),
        redis_url=f"redis://:{saved.valkey_password}@127.0.0.1:{saved.valkey_port}/0",
    )


def _url(role: str, password: str, port: int, database: str) -> str:
    # The embedded server has no TLS; to ask for it would mean to look for certificates in a home folder.
    return f"postgresql://{role}:{password}@127.0.0.1:{port}/{database}?sslmode=disable"
