"""`incumbent ingest` takes files of every form, and `incumbent keys push-secret` makes what Superdesk signs with."""

import json
import os
import subprocess
from pathlib import Path

import httpx

from service.push import signature
from tests.support.service import COMMAND, Service

TEXT = (
    "Norland's transport minister, Olga Varen, was dismissed on Tuesday, the government said in a statement."
)


def run(service: Service, *arguments: str | Path, key: str = "") -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "DATABASE_URL": service.database.database_url,
        "INCUMBENT_SECRET_KEY": service.secret_key,
        "INCUMBENT_URL": service.url,
        "INCUMBENT_KEY": key,
    }
    return subprocess.run([COMMAND, *arguments], env=environment, capture_output=True, text=True, timeout=60)


def test_files_of_every_form(service: Service, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "b.html").write_text(
        f"<html><body><article><h1>Out</h1><p>{TEXT}</p></article></body></html>"
    )
    (tmp_path / "c.json").write_text(
        json.dumps({"uri": "u:c", "body_text": TEXT, "pubstatus": "usable"}, indent=1)
    )
    (tmp_path / "d.json").write_text(json.dumps({"uri": "u:d", "text": TEXT}, indent=1))
    (tmp_path / "e.xml").write_text(
        f"<rss><channel><item><link>u:e</link><description>{TEXT}</description></item></channel></rss>"
    )
    (tmp_path / "f.jsonl").write_text(json.dumps({"uri": "u:f", "text": TEXT}) + "\n")
    secret = service.key("ingest", publishers=("Files",))

    done = run(service, "ingest", tmp_path, key=secret)

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("6 articles sent, 5 claims found, 0 refused")


def test_a_file_that_is_refused_is_named(service: Service, tmp_path: Path) -> None:
    (tmp_path / "menu.html").write_text("<html><body><nav>Home</nav></body></html>")
    secret = service.key("ingest", publishers=("Files",))

    done = run(service, "ingest", tmp_path / "menu.html", key=secret)

    assert done.returncode == 1
    assert "menu.html" in done.stderr
    assert "no article text" in done.stderr


def test_a_push_secret_from_the_command(service: Service) -> None:
    made = run(service, "keys", "create", "--scope", "ingest", "--publisher", "Superdesk")
    key = made.stderr.split()[0]
    secret = run(service, "keys", "push-secret", key)
    assert secret.returncode == 0, secret.stderr
    body = json.dumps({"guid": "u:pushed", "body_html": f"<p>{TEXT}</p>", "pubstatus": "usable"}).encode()

    answer = httpx.post(
        f"{service.url}/v1/push/{key}",
        content=body,
        headers={"x-superdesk-signature": signature(secret.stdout.strip(), body)},
        trust_env=False,
        timeout=20,
    )

    assert answer.status_code == 201, answer.text
    assert answer.json()["claims"][0]["person_name"] == "Olga Varen"
