"""The lock files: complete, hashed, of one mind, and silent about where packages were fetched."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-bench.lock", "requirements-tools.lock")


def pins(lock: str) -> dict[str, str]:
    """Name and version of each package of a lock."""
    text = (ROOT / lock).read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^]]*\])?==(\S+)", text, re.MULTILINE))


def names(requirements: list[str]) -> set[str]:
    """The packages of a list of requirements, in the normal form of PEP 503."""
    found = (re.match(r"[A-Za-z0-9._-]+", requirement) for requirement in requirements)
    return {re.sub(r"[-_.]+", "-", match[0]).lower() for match in found if match}


@pytest.fixture(scope="module")
def project() -> dict[str, dict[str, list[str]]]:
    loaded: dict[str, dict[str, list[str]]] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return loaded


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_index_and_no_place_of_this_or_that_machine(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    assert "://" not in text
    assert not re.search(r"^ *-(?!-hash)", text, re.MULTILINE)  # an option, such as --index-url
    assert not re.search(r"(^|[\s@])/", text)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_of_a_lock_has_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(entries) == len(pins(lock)) > 0
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}", entry) for entry in entries)


def test_the_locks_hold_what_the_project_asks_for(project: dict[str, dict[str, list[str]]]) -> None:
    assert names(project["project"]["dependencies"]) <= pins("requirements.lock").keys()
    assert names(project["dependency-groups"]["dev"]) <= pins("requirements-dev.lock").keys()
    asked = (ROOT / "deploy" / "tools.in").read_text("utf-8").split()
    assert names(asked) <= pins("requirements-tools.lock").keys()
    assert names(project["build-system"]["requires"]) <= pins("requirements-tools.lock").keys()


def test_what_developers_run_is_what_users_run() -> None:
    developers, users = pins("requirements-dev.lock"), pins("requirements.lock")
    assert developers == developers | users


def test_the_tools_do_not_fight_with_the_rest() -> None:
    tools = pins("requirements-tools.lock")
    for lock in LOCKS:
        assert all(tools.get(name, version) == version for name, version in pins(lock).items())
