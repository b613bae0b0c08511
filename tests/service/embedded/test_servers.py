"""The embedded servers keep what they were given, let in only whom they should, and stop."""

import socket
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError

from service import embedded
from tests.support.embedded import add_row, held_elsewhere, rows, servers_of
from tests.support.processes import command_lines


async def test_rows_are_there_after_a_restart_and_ports_and_passwords_stay(data: Path) -> None:
    with embedded.start(data) as servers:
        before = await rows(servers.admin_url)
        await add_row(servers.admin_url)
        first = servers.addresses
    with embedded.start(data) as servers:
        assert await rows(servers.admin_url) == before + 1
        assert servers.addresses == first


async def test_stopping_twice_is_stopping_and_leaves_no_process(data: Path) -> None:
    servers = embedded.start(data)
    assert len(servers_of(data)) >= 2
    assert servers.ended() is None
    servers.stop()
    servers.stop()
    assert servers_of(data) == []


async def test_another_process_finds_the_running_servers(data: Path) -> None:
    assert embedded.running(data) is None
    with held_elsewhere(data) as (_, admin_url):
        found = embedded.running(data)
        assert found is not None
        assert found.admin_url == admin_url
        assert await rows(found.admin_url) >= 0
    assert embedded.running(data) is None
    assert embedded.running(data / "missing") is None


async def test_a_taken_port_is_replaced(data: Path) -> None:
    with embedded.start(data) as servers:
        first = servers.addresses
    with socket.socket() as one, socket.socket() as other:
        for taken, url in ((one, first.admin_url), (other, first.redis_url)):
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind(("127.0.0.1", urlsplit(url).port or 0))
            taken.listen()
        with embedded.start(data) as servers:
            assert urlsplit(servers.admin_url).port != urlsplit(first.admin_url).port
            assert urlsplit(servers.redis_url).port != urlsplit(first.redis_url).port
            assert await rows(servers.admin_url) >= 0


async def test_lost_passwords_are_set_anew(spoilt: Path) -> None:
    (spoilt / "servers.json").unlink()
    with embedded.start(spoilt) as servers:
        assert await rows(servers.admin_url) >= 0
        connection = await asyncpg.connect(servers.database_url)
        await connection.close()


async def test_the_application_role_has_no_rights_of_its_own(data: Path) -> None:
    with embedded.start(data) as servers:
        await add_row(servers.admin_url)
        connection = await asyncpg.connect(servers.database_url)
        try:
            assert await connection.fetchval("SELECT current_user") == "incumbent_app"
            assert not await connection.fetchval("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.fetch("SELECT * FROM note")
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute("CREATE TABLE public.mine (i int)")
        finally:
            await connection.close()


async def test_nobody_gets_in_without_the_password_and_only_loopback_listens(data: Path) -> None:
    with embedded.start(data) as servers:
        address = urlsplit(servers.admin_url)
        assert address.hostname == "127.0.0.1"
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(servers.admin_url.replace(str(address.password), "wrong"))
        redis_port = urlsplit(servers.redis_url).port or 0
        async with Redis(host="127.0.0.1", port=redis_port, retry=Retry(NoBackoff(), 0)) as stranger:
            with pytest.raises(AuthenticationError):
                await stranger.ping()
        for port in (address.port or 0, redis_port):
            listening = listeners()
            assert [host for host, at in listening if at == port] == ["127.0.0.1"]
        assert all(str(address.password) not in command for command in command_lines().values())
        assert (data / "servers.json").stat().st_mode & 0o777 == 0o600


async def test_the_cache_is_bounded_and_writes_are_durable(data: Path) -> None:
    with embedded.start(data) as servers:
        async with Redis.from_url(servers.redis_url, decode_responses=True) as client:
            settings = await client.config_get("maxmemory*", "save", "appendonly")
            assert settings["maxmemory"] == str(256 * 2**20)
            assert settings["maxmemory-policy"] == "allkeys-lru"
            assert (settings["save"], settings["appendonly"]) == ("", "no")
        connection = await asyncpg.connect(servers.database_url)
        try:
            for name in ("fsync", "synchronous_commit", "full_page_writes"):
                assert await connection.fetchval("SELECT current_setting($1)", name) == "on"
            assert await connection.fetchval("SELECT current_setting('server_encoding')") == "UTF8"
            assert await connection.fetchval("SELECT 'ä' > 'z' AND upper('ä') = 'Ä'")
        finally:
            await connection.close()


def listeners() -> list[tuple[str, int]]:
    """The IPv4 and IPv6 addresses and ports on which this machine listens."""
    found = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            _, local, _, state, *_ = line.split()
            host, port = local.split(":")
            if state == "0A":
                found.append(("127.0.0.1" if host == "0100007F" else host, int(port, 16)))
    return found
