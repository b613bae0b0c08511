"""Everything that schemathesis thinks of, against a running service: its answers are those of the document.

All checks, over every operation but the two that stream without end, which have tests of their own; links are followed.
INCUMBENT_CONFORMANCE is how many seconds it may go on. It asks the same each time, so that what it finds is a change's;
INCUMBENT_SEED has it ask something else.
"""

import os
import subprocess
import sys
from pathlib import Path

import httpx

from tests.support.service import Service

SECONDS = int(os.environ.get("INCUMBENT_CONFORMANCE", "60"))
SEED = int(os.environ.get("INCUMBENT_SEED", "1"))
CONFIG = Path(__file__).with_name("schemathesis.toml")
HOOKS = "tests.conformance.hooks"
TEXT = (
    "Norland's Deputy Defence Minister Dmitri Bulgakov was dismissed on Saturday, the Defence Ministry said. He will be"
    " replaced by Colonel General Ivan Mirov."
)


def test_whatever_is_asked_the_answer_is_one_of_the_document(service: Service, tmp_path: Path) -> None:
    key = service.key("read", "ingest", "review", "subscribe", "admin", publishers=("Desk",), trusted=True)
    with service.client(key) as client:
        told = {"uri": "https://news.example/d", "text": TEXT, "published": "2022-09-24"}
        assert client.post("/v1/articles", json=told).status_code == 201

    done = subprocess.run(
        [Path(sys.executable).parent / "schemathesis", "--config-file", CONFIG, "run",
         f"{service.url}/schema/openapi.json", "--header", f"Authorization: Bearer {key}", "--checks", "all",
         "--exclude-path-regex", "/stream$", "--max-examples", "8", "--max-time", str(SECONDS),
         "--seed", str(SEED), "--generation-database", "none", "--no-color"],
        cwd=tmp_path, env={**os.environ, "NO_PROXY": "127.0.0.1", "SCHEMATHESIS_HOOKS": HOOKS},
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    print(done.stdout[:4000])
    assert done.returncode == 0, f"seed {SEED}: {done.stdout[-20_000:]}{done.stderr[-2_000:]}"
    assert httpx.get(f"{service.url}/health/ready", trust_env=False).status_code == 200
