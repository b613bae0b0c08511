"""`incumbent webhook ...` from the first subscription to its end, as somebody at a terminal does it."""

import os
import subprocess
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from tests.support.servers import Database
from tests.support.service import COMMAND, Service, serving

TEXT = "Harbourline Ferries Plc has appointed {} as chairman, the company said on Wednesday."


class Hook(HTTPServer):
    status = 204
    received = 0


class Handler(BaseHTTPRequestHandler):
    server: Hook

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.server.received += 1
        self.send_response(self.server.status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def hook() -> Iterator[Hook]:
    with Hook(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def service(
    database: Database, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    with serving(database, redis_url, tmp_path_factory.mktemp("service")) as service:
        yield service


def run(service: Service, key: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "INCUMBENT_URL": service.url, "INCUMBENT_KEY": key}
    return subprocess.run(
        [COMMAND, "webhook", *arguments], env=environment, capture_output=True, text=True, timeout=60
    )


def test_from_the_first_subscription_to_its_end(service: Service, hook: Hook) -> None:
    key = service.key("read", "ingest", "subscribe", publishers=("Desk",), trusted=True)

    def webhook(*arguments: str) -> str:
        done = run(service, key, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def appoint(name: str) -> None:
        with service.client(key) as client:
            body = {"uri": f"u:{name}", "published": "2026-11-25", "text": TEXT.format(name)}
            assert client.post("/v1/articles", json=body).status_code == 201

    assert "has no subscription" in webhook("list")
    appoint("Karel Moss")
    target = f"http://127.0.0.1:{hook.server_port}/"
    created = webhook(
        "create", target, "--kind", "appointed", "--header", "X-Desk: politics", "--description", "[a]"
    )
    id, secret = created.split()
    assert secret.startswith("whsec_")
    listed = webhook("list")
    assert id in listed
    assert "[a]" in listed
    assert webhook("test", id).startswith("taken: 204")
    hook.status = 404
    refused = run(service, key, "test", id)
    assert (refused.returncode, refused.stdout.startswith("not taken: 404")) == (1, True)
    shown = webhook("preview", id)
    assert "Karel Moss" in shown
    assert "1 of the last" in shown
    assert webhook("pause", id) == f"{id} is paused\n"
    appoint("Runa Holt")
    assert webhook("dead", id) == "there is no dead letter\n"
    hook.status, before = 204, hook.received
    assert webhook("resume", id) == f"{id} is active\n"
    deadline = time.monotonic() + 10
    while "100.0% of the last" not in (state := webhook("show", id)):
        assert time.monotonic() < deadline, state
    assert hook.received > before
    assert "kinds: appointed" in state
    assert "delivered" in state
    again = run(service, key, "retry", id)
    assert again.returncode == 2
    assert "say which" in again.stderr
    assert webhook("retry", id, "--all") == "0 messages are sent again\n"
    assert "messages are sent again" in webhook("retry", id, "--since", "0", "--delivered")
    assert webhook("delete", id) == f"{id} is deleted\n"
    gone = run(service, key, "show", id)
    assert gone.returncode == 1
    assert "this key has no subscription" in gone.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("create", "http://10.0.0.1/"), "reached from the internet"),
        (("create", "http://127.0.0.1:9/", "--area", "Atlantis"), "no country is known"),
        (("create", "http://127.0.0.1:9/", "--header", "X-Desk"), "is no header"),
        (("show", "../keys"), "There is no such thing"),
    ],
)
def test_what_cannot_be_done_says_why(service: Service, arguments: tuple[str, ...], said: str) -> None:
    done = run(service, service.key("subscribe"), *arguments)

    assert done.returncode != 0
    assert said in done.stderr
    assert "Traceback" not in done.stderr
