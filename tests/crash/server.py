"""A Postgres of the test's own that can be killed and started again on what it left."""

import asyncio
import contextlib
import os
import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from events.group import LOST
from service.embedded import account
from service.embedded.folder import free_port
from service.embedded.postgres import ADMIN, Cluster, binaries, run_apart
from tests.support.processes import comes_true
from tests.support.servers import Database, external, migrate


class Server:
    """A cluster with one migrated database."""

    def __init__(self, cluster: Cluster, port: int, admin_url: str) -> None:
        self._cluster, self._port, self._admin_url = cluster, port, admin_url

    def postmaster(self) -> int:
        return int((self._cluster.folder / "postmaster.pid").read_text().split()[0])

    @property
    def running(self) -> bool:
        return self._cluster.running

    def kill(self) -> None:
        """kill -9 of the postmaster and of every process it has started."""
        postmaster = self.postmaster()
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        for pid in (postmaster, *map(int, children)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert comes_true(lambda: not self._cluster.running, within=10)

    async def restart(self) -> None:
        """Starts it on the same port and waits for the recovery."""
        while not self._cluster.start(self._port):
            pass
        await self.ready()

    async def ready(self) -> None:
        """Until it lets somebody log in: it may notice the death of a child only now, or be recovering."""
        async with asyncio.timeout(30):
            while True:
                try:
                    connection = await asyncpg.connect(self._admin_url, timeout=5)
                except LOST:
                    await asyncio.sleep(0.01)
                else:
                    connection.terminate()
                    return


@contextmanager
def crashing_server(folder: Path) -> Iterator[tuple[Server, Database]]:
    """For the block; the database holds the log's tables."""
    programs, data = binaries(), folder / "postgres"
    cluster = Cluster(data, programs, account.choose(data, programs / "postgres"), folder / "postgres.log")
    password, port = secrets.token_urlsafe(16), free_port()
    cluster.create(password)
    while not cluster.start(port):
        port = free_port()
    try:
        admin_url = f"postgresql://{ADMIN}:{password}@127.0.0.1:{port}/postgres?sslmode=disable"
        run_apart(cluster.wait_ready(admin_url))
        server = Server(cluster, port, admin_url)
        with external(admin_url) as postgres, postgres.database() as database:
            run_apart(migrate(database))
            yield server, database
    finally:
        cluster.stop()


async def backends(admin: asyncpg.Connection) -> list[int]:
    """The process ids of the application's connections."""
    rows = await admin.fetch(
        "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    return [row["pid"] for row in rows]
