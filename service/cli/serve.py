"""`incumbent serve`: brings everything up, in order, and takes it down again."""

import asyncio
import logging
import multiprocessing
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from types import ModuleType
from urllib.parse import urlsplit

import asyncpg
import click
from cryptography.fernet import Fernet
from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from events.checkpoint import new_key
from events.migrate import MigrationError, migrate
from service import embedded
from service.listening import BACKLOG, most_connections, raise_limits
from service.private import write_private
from service.schema import migrations
from service.settings import SettingsError, default_data, settings

FERNET_FILE = "secret-key"  # files in the data folder
CHECKPOINT_FILE = "checkpoint-key"


_SILENCE = (
    15_000  # milliseconds for which a connection may wait with a request, or with the rest of its headers
)
_BUFFER = 65_536  # bytes


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--data", type=click.Path(path_type=Path), default=None, help="Data folder.  [default: data]")
@click.option("--demo", is_flag=True, help="Read three sample articles, then show the board and what to try.")
def serve(host: str, port: int, data: Path | None, demo: bool) -> None:
    """Starts the service: on embedded Postgres and Valkey, or on the servers that DATABASE_URL, DATABASE_ADMIN_URL
    and REDIS_URL name.
    """
    data = data or default_data()
    _refuse_taken_port(host, port)
    with ExitStack() as stack:
        try:
            if "DATABASE_URL" not in os.environ:
                _embedded(data, port, stack)
            os.environ.setdefault("INCUMBENT_PUBLIC_URL", f"http://{host}:{port}")
            settings()
            asyncio.run(_migrate())
            secret = _demonstration().key(data) if demo else None
        except (embedded.EmbeddedError, SettingsError, MigrationError) as error:
            raise click.ClickException(str(error)) from None
        except (OSError, asyncpg.PostgresError) as error:
            raise click.ClickException(f"the database cannot be used: {error}") from None
        _run(host, port, secret)


def _run(host: str, port: int, demo_key: str | None) -> None:
    """Granian, with one worker, until Ctrl-C."""
    # A worker that is spawned, not forked, inherits neither our locks nor our connections.
    multiprocessing.set_start_method("spawn", force=True)
    raise_limits()
    server = Server(
        "service.app:create_app",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        # Not HTTP/2 in the clear, which no browser speaks; and so that a silent connection is dropped, too.
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=_SILENCE, max_buffer_size=_BUFFER),
        loop=Loops.uvloop,
        factory=True,
        websockets=False,
        log_level=LogLevels.warning,
        workers_kill_timeout=15,
        backlog=BACKLOG,
        backpressure=most_connections(),  # connections a worker; a stream holds one
    )
    url = f"http://{host}:{port}"
    if demo_key is not None:
        show = threading.Thread(target=_demonstration().show, args=(url, demo_key), daemon=True)
        server.on_startup(show.start)
    else:
        server.on_startup(lambda: click.echo(f"serving on {url}; Ctrl-C stops it"))
    server.serve()


def _demonstration() -> ModuleType:
    """Only who asks for it waits until it is imported."""
    return import_module("service.cli.demo")


def _refuse_taken_port(host: str, port: int) -> None:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        raise click.ClickException(
            f"cannot listen on {host}:{port} ({error.strerror}); stop what uses it, or choose another --port"
        ) from None


def _embedded(data: Path, port: int, stack: ExitStack) -> None:
    """Where no database is named: embedded servers, told to the worker through the environment it inherits.

    That is a machine of one's own, so webhooks may reach loopback too, but none of our own ports.
    """
    servers = stack.enter_context(embedded.start(data))
    threading.Thread(target=_watch, args=(servers, data), daemon=True).start()
    os.environ["DATABASE_URL"] = servers.database_url
    os.environ["DATABASE_ADMIN_URL"] = servers.admin_url
    os.environ.setdefault("REDIS_URL", servers.redis_url)
    if "INCUMBENT_SECRET_KEY" not in os.environ:
        os.environ["INCUMBENT_SECRET_KEY"] = _kept(data / FERNET_FILE, lambda: Fernet.generate_key().decode())
    if "INCUMBENT_CHECKPOINT_KEY" not in os.environ:
        os.environ["INCUMBENT_CHECKPOINT_KEY"] = _kept(data / CHECKPOINT_FILE, new_key)
    own = [urlsplit(url).port for url in (servers.database_url, servers.redis_url)]
    ports = [str(known) for known in (port, *own) if known is not None]
    os.environ.setdefault("INCUMBENT_WEBHOOK_ALLOW", "127.0.0.0/8,::1/128")
    os.environ.setdefault("INCUMBENT_WEBHOOK_DENY_PORTS", ",".join(ports))


def _watch(servers: embedded.Servers, data: Path) -> None:
    """A server that ended by itself takes the service with it: a supervisor, or a person, starts it again."""
    while (name := servers.ended()) is None:
        time.sleep(1.0)
    if not servers.stopped:
        click.echo(f"{name} ended by itself, so the service stops; its log is in {data}", err=True)
        os.kill(os.getpid(), signal.SIGINT)


def _kept(file: Path, make: Callable[[], str]) -> str:
    """A key that is made once and kept in the data folder (mode 0600)."""
    if not file.exists():
        write_private(file, make())
    return file.read_text("ascii").strip()


async def _migrate() -> None:
    """Applies pending migrations. Without DATABASE_ADMIN_URL the operator has done that already."""
    admin_url = os.environ.get("DATABASE_ADMIN_URL")
    if admin_url is None:
        return
    role = urlsplit(os.environ["DATABASE_URL"]).username
    if role is None:
        raise SettingsError("DATABASE_URL names no user: write postgresql://USER:PASSWORD@HOST/DATABASE")
    for migration in await migrate(admin_url, migrations(), application_role=role):
        logging.getLogger(__name__).info("applied %s %d %s", migration.room, migration.number, migration.name)
