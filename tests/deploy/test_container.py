"""Dockerfile and compose.yaml, as far as they can be checked without an engine."""

import importlib
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from service.embedded.postgres import binaries
from service.settings import settings
from tests.support.processes import open_folder
from tests.support.servers import Database

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"


@pytest.fixture(scope="module")
def compose() -> Any:
    return importlib.import_module("yaml").safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def stages() -> list[list[str]]:
    """The Dockerfile's instructions, stage by stage."""
    text = re.sub(r"\\\n", " ", (DEPLOY / "Dockerfile").read_text("utf-8"))
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    found: list[list[str]] = []
    for line in lines:
        if line.startswith("FROM "):
            found.append([])
        found[-1].append(line)
    return found


@pytest.fixture(scope="module")
def wheel() -> Iterator[zipfile.ZipFile]:
    """The wheel that the image installs, built from the files that the Dockerfile copies."""
    with open_folder() as copy:
        for name in ("pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(ROOT / name, copy / name)
        for name in ("events", "projections", "service"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", "dist"],
            cwd=copy,
            check=True,
            capture_output=True,
        )
        (built,) = (copy / "dist").glob("*.whl")
        with zipfile.ZipFile(built) as archive:
            yield archive


def test_the_service_is_told_only_what_it_knows(compose: Any) -> None:
    told = set(compose["services"]["incumbent"]["environment"])
    known = set(re.findall(r"\b[A-Z][A-Z_]{5,}\b", (ROOT / "service" / "settings.py").read_text("utf-8")))
    assert told <= known
    filled = {
        name: re.sub(r"\$\{\w+(?::-([^}]*)|:\?[^}]*)?\}", r"\1", value)
        for name, value in compose["services"]["incumbent"]["environment"].items()
    }
    assert settings({**filled, "INCUMBENT_SECRET_KEY": "a"}).database_url.endswith("@postgres:5432/incumbent")


def test_every_variable_of_compose_is_explained(compose: Any) -> None:
    required = set(re.findall(r"\$\{(\w+):\?", json.dumps(compose)))
    example = set(re.findall(r"^(\w+)=$", (DEPLOY / "env.example").read_text("utf-8"), re.MULTILINE))
    assert required == example
    without_default = set(re.findall(r"\$\{(\w+)\}", json.dumps(compose)))
    assert without_default <= required


def test_only_the_service_is_published_and_only_on_loopback(compose: Any) -> None:
    published = {name: service.get("ports", []) for name, service in compose["services"].items()}
    assert published == {"postgres": [], "valkey": [], "incumbent": ["127.0.0.1:8000:8000"]}


def test_the_service_waits_for_servers_that_say_they_are_well(compose: Any, stages: list[list[str]]) -> None:
    waits_for = compose["services"]["incumbent"]["depends_on"]
    assert {name: how["condition"] for name, how in waits_for.items()} == {
        "postgres": "service_healthy",
        "valkey": "service_healthy",
    }
    assert all(compose["services"][name]["healthcheck"]["test"] for name in waits_for)
    assert any(line.startswith("HEALTHCHECK ") for line in stages[-1])


def test_files_that_compose_and_dockerfile_name_exist(compose: Any, stages: list[list[str]]) -> None:
    build = compose["services"]["incumbent"]["build"]
    context = (DEPLOY / build["context"]).resolve()
    assert (context / build["dockerfile"]).is_file()
    mounted = [mount.split(":")[0] for mount in compose["services"]["postgres"]["volumes"]]
    assert all((DEPLOY / path).is_file() for path in mounted if path.startswith("."))
    copied = [line.split()[1:-1] for line in stages[0] if line.startswith("COPY ")]
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    for source in (name for names in copied for name in names):
        assert (context / source).exists(), source
        assert f"!{source}" in ignored


def test_the_image_is_pinned_by_hashes_and_does_not_run_as_root(stages: list[list[str]]) -> None:
    build, final = stages
    installs = [
        part for line in build for part in line.split("&&") if "pip install" in part and ".lock" in part
    ]
    assert len(installs) == 2
    assert all("--require-hashes" in install for install in installs)
    assert [line for line in final if line.startswith("USER ")] == ["USER 10001"]
    assert final[0] == build[0].removesuffix(" AS build")


def test_the_wheel_holds_every_file_that_the_service_reads(wheel: zipfile.ZipFile) -> None:
    tracked = {
        path.relative_to(ROOT).as_posix()
        for room in ("events", "projections", "service")
        for path in (ROOT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert any(name.endswith(".sql") for name in tracked)
    assert tracked <= set(wheel.namelist())


def test_the_application_role_can_log_in_and_no_more(empty_database: Database) -> None:
    address = urlsplit(empty_database.admin_url)
    admin = {
        "PATH": f"{binaries()}:{os.environ['PATH']}",
        "PGHOST": str(address.hostname),
        "PGPORT": str(address.port),
        "PGUSER": str(address.username),
        "PGPASSWORD": str(address.password),
        "PGDATABASE": empty_database.name,
    }
    # The tests' server has a role of that name already.
    role, password = "incumbent_app_of_compose", "it's; a secret"
    script = (DEPLOY / "postgres" / "application_role.sh").read_text("utf-8")
    container = {
        "POSTGRES_USER": admin["PGUSER"],
        "POSTGRES_DB": empty_database.name,
        "APPLICATION_PASSWORD": password,
    }
    run(["bash", "-c", script.replace("incumbent_app ", f"{role} ")], {**admin, **container})
    try:
        may = "SELECT current_user, rolsuper OR rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = current_user"
        said = run(["psql", "-XAtc", may], {**admin, "PGUSER": role, "PGPASSWORD": password})
        assert said == f"{role}|f\n"
    finally:
        run(["psql", "-Xc", f"DROP ROLE {role}"], admin)


def run(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
