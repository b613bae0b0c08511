"""Secrets over HTTP and on the command line: shown once, replaced with an overlap, published where they are public."""

import itertools
import os
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from service.webhooks.signatures import PrivateKey, public_of, sign, signing_key, text_of
from tests.support.service import COMMAND, Service

_numbers = itertools.count(1)  # two subscriptions may not be alike
SECRET = "whsec_" + "QUJD" * 8


@pytest.fixture
def path(client: httpx.Client) -> str:
    made = client.post("/v1/subscriptions", json={"url": f"http://127.0.0.1:9/{next(_numbers)}"})
    assert made.status_code == 201, made.text
    return f"/v1/subscriptions/{made.json()['subscription']['id']}/secrets"


def test_a_secret_is_replaced_and_shown_once(client: httpx.Client, path: str) -> None:
    made = client.post(path, json={"overlap": 60}).json()

    listed = client.get(path)
    assert made["secret"].startswith("whsec_")
    assert made["secret"] not in listed.text
    assert [(each["number"], each["retires_at"] is None) for each in listed.json()["secrets"]] == [
        (2, True),
        (1, False),
    ]


def test_public_keys_are_read_without_a_key(service: Service, client: httpx.Client, path: str) -> None:
    made = client.post(path, json={"version": "v1a", "overlap": None}).json()
    subscription = path.split("/")[3]

    answer = httpx.get(
        f"{service.url}/.well-known/webhooks-keys", params={"subscription": subscription}, trust_env=False
    )

    assert made["secret"] is None
    assert [each["key"] for each in answer.json()["keys"]] == [made["public_key"]]


def test_a_secret_that_leaked_is_retired_but_never_the_last(client: httpx.Client, path: str) -> None:
    assert client.delete(f"{path}/1").status_code == 409
    client.post(path, json={"overlap": None})

    assert client.delete(f"{path}/1").status_code == 204
    assert client.delete(f"{path}/1").status_code == 404


def test_nobody_else_sees_or_replaces_them(service: Service, path: str) -> None:
    with service.client(service.key("subscribe")) as other:
        assert other.get(path).status_code == 404
        assert other.post(path, json={}).status_code == 404
        assert other.delete(f"{path}/1").status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"version": "v2"}, None),
        ({"overlap": -1}, "overlap"),
        ({"overlap": 10**12}, "overlap"),
        ({"secret": "whsec_c2hvcnQ="}, "secret"),
        ({"secret": SECRET, "version": "v1a"}, "secret"),
        ({"colour": "red"}, None),
    ],
)
def test_bad_input_says_what_to_do(
    client: httpx.Client, path: str, body: dict[str, Any], field: str | None
) -> None:
    answer = client.post(path, json=body)

    assert (answer.status_code, answer.json().get("field")) == (422 if field else 400, field), answer.text
    assert len(client.get(path).json()["secrets"]) == 1


def captured(folder: Path, headers: dict[str, str], body: bytes, line: str = "\r\n") -> Path:
    file = folder / "request"
    head = line.join(["POST /hook HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())])
    file.write_bytes(head.encode() + 2 * line.encode() + body)
    return file


def verify(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, "webhook", "verify", *arguments], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("line", ["\r\n", "\n"])
def test_a_captured_request_is_verified(tmp_path: Path, line: str) -> None:
    body = b'{"id": "m-1", "type": "holder.changed", "subject": "post-1"}\n\nrest'
    private = PrivateKey(b"A" * 32)
    headers = sign([signing_key(SECRET), private], "m-1", int(time.time()), body)
    request = captured(tmp_path, {"Host": "x", **headers}, body, line)

    for secret in (SECRET, text_of(public_of(private))):
        done = verify(request, "--secret", secret)
        assert (done.returncode, "genuine: m-1" in done.stdout) == (0, True), done.stderr


@pytest.mark.parametrize(
    ("change", "arguments", "says"),
    [
        (b"x", (), "no signature"),
        (b"", ("--at", "2020-01-01T00:00:00Z"), "more than 300 s"),
        (b"", ("--secret", "whsec_" + "REVG" * 8), ""),
    ],
)
def test_what_does_not_fit_is_said(
    tmp_path: Path, change: bytes, arguments: tuple[str, ...], says: str
) -> None:
    headers = sign([signing_key(SECRET)], "m-1", int(time.time()), b"{}")
    request = captured(tmp_path, headers, b"{}" + change)

    done = verify(request, *(arguments if "--secret" in arguments else ("--secret", SECRET, *arguments)))

    assert done.returncode == 1
    assert "not genuine" in done.stderr
    assert says in done.stderr


@pytest.mark.parametrize(
    ("content", "arguments"),
    [
        (b"no headers", ("--secret", SECRET)),
        (b"a: b\n\n", ("--secret", "whsec_x")),
        (b"a: b\n\n", ("--secret", SECRET, "--at", "yesterday")),
        (b"a: b\n\n", ()),
    ],
)
def test_what_cannot_be_looked_at_is_a_mistake_in_use(
    tmp_path: Path, content: bytes, arguments: tuple[str, ...]
) -> None:
    request = tmp_path / "request"
    request.write_bytes(content)

    assert verify(request, *arguments).returncode == 2


def test_the_key_that_encrypts_secrets_is_replaced(service: Service, path: str) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": service.database.database_url,
        "INCUMBENT_SECRET_KEY": service.secret_key,
    }

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [COMMAND, "secrets", *arguments],
            env=environment, capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        return done.stdout.strip()

    keys = run("new-key").removeprefix("INCUMBENT_SECRET_KEY=")
    environment["INCUMBENT_SECRET_KEY"] = keys
    done = run("rotate")
    environment["INCUMBENT_SECRET_KEY"] = keys.split(",")[0]
    again = run("rotate")

    assert keys.split(",")[1] == service.secret_key
    assert "encrypted with the newest key" in done
    assert "the only key" in again
