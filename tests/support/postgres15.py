"""The oldest Postgres that is supported, as Debian 12 packages it."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from service.embedded import account
from service.embedded.folder import free_port
from service.embedded.postgres import ADMIN, APPLICATION, Cluster, run_apart
from tests.support.servers import PostgresServer

BINARIES = Path("/usr/lib/postgresql/15/bin")


def installed() -> bool:
    return (BINARIES / "postgres").exists()


@contextmanager
def server(folder: Path) -> Iterator[PostgresServer]:
    """A cluster of PostgreSQL 15 in `folder`, running for the block."""
    data = folder / "postgres"
    runs_as = account.choose(data, BINARIES / "postgres")
    cluster = Cluster(data, BINARIES, runs_as, folder / "postgres.log")
    password, port = secrets.token_urlsafe(16), free_port()
    cluster.create(password)
    while not cluster.start(port):
        port = free_port()
    try:
        url = f"postgresql://{ADMIN}:{password}@127.0.0.1:{port}/postgres"
        run_apart(cluster.wait_ready(url))
        run_apart(_create_application(url, password))
        yield PostgresServer(
            admin_url=url,
            database_url=f"postgresql://{APPLICATION}:{password}@127.0.0.1:{port}/postgres",
        )
    finally:
        cluster.stop()


async def _create_application(url: str, password: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(f"CREATE ROLE {APPLICATION} LOGIN PASSWORD '{password}'")
    finally:
        await connection.close()
