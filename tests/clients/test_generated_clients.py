"""Clients that others' generators make of our document do the main job, in Python and in TypeScript.

`make client` runs both. The TypeScript one fetches its generator and compiler from npm's registry, pinned by
package-lock.json; plain `make test` leaves it out.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.support.service import Service

HERE = Path(__file__).parent
TOLD = {
    "claims": ["in", "out"],
    "holders": ["Piet Halloran"],
    "changes": ["appointed"],
    "problem": "/problems/not-found",
}


@pytest.fixture(scope="module")
def document(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("document") / "openapi.json"
    path.write_bytes(httpx.get(f"{service.url}/schema/openapi.json", trust_env=False).content)
    return path


@pytest.fixture(scope="module")
def key(service: Service) -> str:
    return service.key("read", "ingest", publishers=("Desk",))


def run(*command: str | Path, at: Path, **environment: str) -> str:
    done = subprocess.run(
        command,
        cwd=at,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_generated_python_client_does_the_main_job(
    service: Service, key: str, document: Path, tmp_path: Path
) -> None:
    generator = Path(sys.executable).parent / "openapi-python-client"
    run(generator, "generate", "--path", document, "--meta", "none", "--output-path", "incumbent_client",
        "--config", HERE / "python.yml", at=tmp_path)  # fmt: skip

    told = run(sys.executable, HERE / "newsroom.py", service.url, key, at=tmp_path, PYTHONPATH=str(tmp_path))

    assert json.loads(told) == TOLD


@pytest.mark.skipif("INCUMBENT_TYPESCRIPT" not in os.environ, reason="make client runs it")
@pytest.mark.skipif(shutil.which("npm") is None, reason="node and npm are not at hand")
def test_a_generated_typescript_client_compiles_and_does_the_main_job(
    service: Service, key: str, document: Path, tmp_path: Path
) -> None:
    project = shutil.copytree(HERE / "typescript", tmp_path / "typescript")
    run("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", at=project)
    run("npx", "--no-install", "openapi-typescript", document, "--default-non-nullable=false",
        "--output", "incumbent.d.ts", at=project)  # fmt: skip
    run("npx", "--no-install", "tsc", at=project)

    told = run("node", "out/newsroom.js", service.url, key, at=project)

    assert json.loads(told) == TOLD
