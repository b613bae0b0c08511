"""The set-up, as a newcomer meets it: silent when all is done, one sentence when it cannot go on."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy import bootstrap

ROOT = Path(__file__).parents[2]
FILES = ("requirements.lock", "requirements-dev.lock", "requirements-tools.lock", "pyproject.toml")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A clean checkout, of which only what the set-up reads is there."""
    (tmp_path / "deploy").mkdir()
    for name in ("deploy/bootstrap.py", "deploy/fetch_uv.py", *FILES):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def set_up(checkout: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs it with this interpreter and nothing of our environment but what is given."""
    return subprocess.run(
        [sys.executable, "-m", "deploy.bootstrap", *arguments],
        cwd=checkout,
        env={"PATH": "/usr/bin:/bin", "HOME": str(checkout / "home"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_a_network_it_says_so_in_one_sentence(checkout: Path) -> None:
    nowhere = "http://127.0.0.1:9/simple"
    done = set_up(checkout, UV_DEFAULT_INDEX=nowhere, PIP_INDEX_URL=nowhere, PIP_RETRIES="0")
    assert done.returncode == 1
    assert done.stdout == ""
    *progress, sentence = done.stderr.splitlines()
    assert sentence.startswith("Incumbent cannot be set up: the package index ")
    assert "check the network" in sentence
    assert all(line.startswith(("Setting up", "Fetching")) for line in progress)


def test_it_is_silent_where_nothing_has_changed(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (checkout / ".venv" / "lib").mkdir(parents=True)
    (checkout / ".venv" / "bin").mkdir()
    (checkout / ".venv" / "bin" / "python").symlink_to(Path(sys.executable).resolve())
    (checkout / ".venv" / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}").mkdir()
    (checkout / ".venv" / "pyvenv.cfg").write_text("home = /usr/bin\nversion_info = 3.11\n")
    for name, value in (("ROOT", checkout), ("VENV", checkout / ".venv")):
        monkeypatch.setattr(bootstrap, name, value)
    stamp = checkout / ".venv" / "incumbent.stamp"
    nowhere = {"UV_DEFAULT_INDEX": "http://127.0.0.1:9/", "PATH": "/nowhere"}

    stamp.write_text(f"run {bootstrap.fingerprint('run')}\n")
    done = set_up(checkout, **nowhere)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    stamp.write_text(f"dev {bootstrap.fingerprint('dev')}\n")
    done = set_up(checkout, "run", **nowhere)
    assert (done.returncode, done.stderr) == (0, ""), "what a developer has is enough to run"

    with (checkout / "requirements-dev.lock").open("a") as lock:
        lock.write("# changed\n")
    assert f"dev {bootstrap.fingerprint('dev')}\n" != stamp.read_text()


def test_an_unknown_argument_shows_the_usage(checkout: Path) -> None:
    done = set_up(checkout, "everything")
    assert done.returncode == 1
    assert done.stderr == "usage: python3 -m deploy.bootstrap [run|dev|bench]\n"


def test_an_old_python_is_told_so(checkout: Path) -> None:
    pretend = "import sys, runpy; sys.version_info = (3, 9, 2); runpy.run_module('deploy.bootstrap', {}, '__main__')"
    done = subprocess.run(
        [sys.executable, "-c", pretend], cwd=checkout, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Incumbent needs Python 3.11 or newer, and this is 3.9: ")
    assert len(done.stderr.splitlines()) == 1


def test_the_cache_is_kept_in_the_project_where_home_cannot_hold_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("UV_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", "/nonexistent")
    assert bootstrap._environment()["UV_CACHE_DIR"] == str(bootstrap.VENV / "cache")
    monkeypatch.setenv("UV_CACHE_DIR", "/some/where")
    assert bootstrap._environment()["UV_CACHE_DIR"] == "/some/where"


def test_certificates_that_pip_was_given_are_uvs_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv("PIP_CERT", "/etc/authorities.pem")
    assert bootstrap._environment()["SSL_CERT_FILE"] == "/etc/authorities.pem"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (
            [
                "error: Failed to fetch: `http://x/`",
                "Caused by: error sending request",
                "Caused by: dns error",
            ],
            "the package index cannot be reached (Failed to fetch: `http://x/`: dns error)",
        ),
        (["error: Hash mismatch for `click==1`"], "Hash mismatch for `click==1`"),
        (["× Failed to build `x`", "╰─▶ no compiler"], "Failed to build `x`: no compiler"),
        ([], "uv ended with status 2"),
    ],
)
def test_what_uv_says_becomes_one_sentence(said: list[str], sentence: str) -> None:
    assert bootstrap._sentence(said, 2).startswith(sentence)


def test_make_lists_its_targets_and_is_the_default() -> None:
    done = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=False)
    listed = [line.split()[1] for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert {"run", "test", "check", "bench", "fmt", "lock", "clean", "help"} <= set(listed)


def test_ci_checks_and_tests() -> None:
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "set -euo pipefail" in script
    assert script.index("make check") < script.index("make test")
