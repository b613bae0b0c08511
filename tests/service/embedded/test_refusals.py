"""A data folder that cannot be used is refused in one sentence."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.support.embedded import held_elsewhere, refusal, servers_of
from tests.support.processes import open_folder


def test_a_second_start_on_the_folder_is_refused_and_names_the_holder(data: Path) -> None:
    with held_elsewhere(data) as (holder, _):
        assert refusal(data) == (
            f"the data folder {data} is in use by process {holder.pid}: "
            "stop it, or choose another with --data"
        )


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
