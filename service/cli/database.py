"""Where the operator's commands find the database: in the environment, or through the data folder."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import asyncpg
import click
import uvloop

from events.log import Log
from service import embedded
from service.settings import default_data

T = TypeVar("T")

data_option = click.option(
    "--data", type=click.Path(path_type=Path), default=None, help="The data folder of the embedded servers."
)


def database_url(data: Path | None) -> str:
    """DATABASE_URL, or the address of the embedded servers that are running. Raises click.ClickException."""
    return os.environ.get("DATABASE_URL") or _running(data, "DATABASE_URL").database_url


def admin_url(data: Path | None) -> str:
    """DATABASE_ADMIN_URL, or that of the embedded servers that are running. Raises click.ClickException."""
    if given := os.environ.get("DATABASE_ADMIN_URL"):
        return given
    if "DATABASE_URL" in os.environ:
        raise click.ClickException("set DATABASE_ADMIN_URL: this is for the owner of the tables to do")
    return _running(data, "DATABASE_ADMIN_URL").admin_url


def redis_url(data: Path | None) -> str | None:
    """REDIS_URL, or that of the embedded servers that are running; None where there is no cache to speak of."""
    if given := os.environ.get("REDIS_URL"):
        return given
    return None if "DATABASE_URL" in os.environ else _running(data, "REDIS_URL").redis_url


def on_pool(url: str, act: Callable[[asyncpg.Pool], Awaitable[T]]) -> T:
    """Runs `act` on a small pool. Raises what it raises, and click.ClickException where the database is away."""

    async def work() -> T:
        async with asyncpg.create_pool(url, min_size=1, max_size=4) as pool:
            return await act(pool)

    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(work())
    except asyncpg.UndefinedTableError as error:
        raise click.ClickException(f"run `incumbent migrate` first: {error}") from None
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        raise click.ClickException(f"the database cannot be used: {error}") from None


def on_log(url: str, act: Callable[[Log, asyncpg.Pool], Awaitable[T]]) -> T:
    """The same, with the log."""

    async def work(pool: asyncpg.Pool) -> T:
        log = Log(pool)
        try:
            return await act(log, pool)
        finally:
            await log.close()

    return on_pool(url, work)


def _running(data: Path | None, variable: str) -> embedded.Addresses:
    folder = data or default_data()
    try:
        addresses = embedded.running(folder)
    except embedded.EmbeddedError as error:
        raise click.ClickException(str(error)) from None
    if addresses is None:
        raise click.ClickException(
            f"no embedded servers are running for {folder}; start `incumbent serve` first, or set {variable}"
        )
    return addresses
