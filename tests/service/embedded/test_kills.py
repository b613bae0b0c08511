"""Whatever is killed, no server is left behind and no row is lost."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from service import embedded
from tests.support.embedded import add_row, held_elsewhere, rows, servers_of
from tests.support.processes import comes_true, open_folder


@contextmanager
def bystander_of(uid: int) -> Iterator[subprocess.Popen[bytes]]:
    """A process of that user which has nothing to do with any of this."""
    with subprocess.Popen(["sleep", "60"], user=uid if os.geteuid() == 0 else None) as bystander:
        try:
            yield bystander
        finally:
            bystander.kill()


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


def test_a_start_that_was_killed_half_way_is_made_good(data: Path) -> None:
    with open_folder() as folder:
        unfinished = folder / "postgres.new"
        unfinished.mkdir()
        (unfinished / "PG_VERSION").write_text("18\n")
        embedded.start(folder).stop()
        assert not unfinished.exists()


async def test_a_server_that_ends_by_itself_is_noticed(data: Path) -> None:
    with embedded.start(data) as servers:
        postmaster = int((data / "postgres" / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGINT)
        assert comes_true(lambda: servers.ended() == "PostgreSQL", within=5)
