"""uv, fetched by hand: from the configured index, and only if it is the file that the lock names."""

import hashlib
import importlib.util
import io
import json
import platform
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from deploy import fetch_uv
from deploy.fetch_uv import DEFAULT_INDEX, SetupError, configured_index, pinned, wheel_for

ROOT = Path(__file__).parents[2]
NAMES = [
    "uv-0.13.9-py3-none-macosx_11_0_arm64.whl",
    "uv-0.13.9-py3-none-manylinux_2_17_aarch64.manylinux2014_aarch64.whl",
    "uv-0.13.9-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
    "uv-0.13.9-py3-none-musllinux_1_1_x86_64.whl",
    "uv-0.13.9-py3-none-win_amd64.whl",
    "uv-0.13.9.tar.gz",
    "uv-0.13.90-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
]


class Index(ThreadingHTTPServer):
    """A package index with one project. `asked` are the Authorization headers that it was sent."""

    daemon_threads = True

    def __init__(self, wheel: bytes, name: str, *, speaks_json: bool) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.wheel, self.name, self.speaks_json = wheel, name, speaks_json
        self.asked: list[str | None] = []

    @property
    def url(self) -> str:
        return f"http://someone:s%40cret@127.0.0.1:{self.server_address[1]}/simple"


class Answers(BaseHTTPRequestHandler):
    server: Index

    def do_GET(self) -> None:
        self.server.asked.append(self.headers["Authorization"])
        if self.path == "/simple/uv/" and self.server.speaks_json:
            page = {"files": [{"filename": self.server.name, "url": f"../../files/{self.server.name}"}]}
            self.answer("application/vnd.pypi.simple.v1+json", json.dumps(page).encode())
        elif self.path == "/simple/uv/":
            link = f'<a href="/files/{self.server.name}#sha256=00">{self.server.name}</a>'
            self.answer("text/html", link.encode())
        elif self.path == f"/files/{self.server.name}":
            self.answer("application/octet-stream", self.server.wheel)
        else:
            self.send_error(404)

    def answer(self, kind: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


@pytest.fixture(params=[True, False], ids=["json", "html"])
def index(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    """The index that this machine is configured for; its uv is a script that gives its version."""
    wheel = io.BytesIO()
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("uv-0.13.9.data/scripts/uv", "#!/bin/sh\necho uv 0.13.9\n")
    name = wheel_for(NAMES, "0.13.9", "Linux", platform.machine(), "glibc")
    if name is None:
        pytest.skip(f"no example for {platform.machine()}")
    with Index(wheel.getvalue(), name, speaks_json=request.param) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        for variable in ("UV_DEFAULT_INDEX", "UV_INDEX_URL"):
            monkeypatch.delenv(variable, raising=False)
        monkeypatch.setenv("PIP_INDEX_URL", server.url)
        # A machine with neither pip nor uv.
        monkeypatch.setenv("PATH", "")
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
        yield server
        server.shutdown()


def lock_of(folder: Path, wheel: bytes) -> Path:
    lock = folder / "tools.lock"
    lock.write_text(f"uv==0.13.9 \\\n    --hash=sha256:{hashlib.sha256(wheel).hexdigest()}\n")
    return lock


def test_uv_comes_from_the_configured_index_with_its_login(
    index: Index, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    uv = fetch_uv.find_or_fetch(tmp_path / "uv", lock_of(tmp_path, index.wheel))
    assert uv == tmp_path / "uv" / "bin" / "uv"
    assert uv.stat().st_mode & 0o111 == 0o111
    assert index.asked == ["Basic c29tZW9uZTpzQGNyZXQ="] * 2  # someone:s@cret
    assert capsys.readouterr().err == "Fetching uv\n"


def test_a_second_time_nothing_is_fetched(index: Index, tmp_path: Path) -> None:
    lock = lock_of(tmp_path, index.wheel)
    fetch_uv.find_or_fetch(tmp_path / "uv", lock)
    index.asked.clear()
    fetch_uv.find_or_fetch(tmp_path / "uv", lock)
    assert index.asked == []


def test_a_file_with_another_hash_is_refused(index: Index, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="its SHA-256 differs"):
        fetch_uv.find_or_fetch(tmp_path / "uv", lock_of(tmp_path, b"another"))
    assert not (tmp_path / "uv" / "bin").exists()


def test_an_index_without_uv_is_named(index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", index.url.replace("/simple", "/other"))
    with pytest.raises(SetupError, match=r"the package index at 127\.0\.0\.1 cannot be reached .*404"):
        fetch_uv.find_or_fetch(tmp_path / "uv", lock_of(tmp_path, index.wheel))


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, DEFAULT_INDEX),
        ({"PIP_INDEX_URL": "http://pip/"}, "http://pip/"),
        ({"UV_INDEX_URL": "http://old/", "PIP_INDEX_URL": "http://pip/"}, "http://old/"),
        ({"UV_DEFAULT_INDEX": "http://uv/", "UV_INDEX_URL": "http://old/"}, "http://uv/"),
        ({"UV_DEFAULT_INDEX": ""}, DEFAULT_INDEX),
    ],
)
def test_variables_name_the_index(environment: dict[str, str], expected: str, tmp_path: Path) -> None:
    empty = tmp_path / "empty.conf"
    empty.write_text(f"[global]\nindex-url = {DEFAULT_INDEX}\n")  # whatever this machine's own files say
    assert configured_index({**environment, "PIP_CONFIG_FILE": str(empty)}, None) == expected


def test_pips_files_name_the_index_where_no_variable_does(tmp_path: Path) -> None:
    (tmp_path / ".config/pip").mkdir(parents=True)
    (tmp_path / ".config/pip/pip.conf").write_text("[global]\nindex-url = http://home/\n")
    assert configured_index({}, tmp_path) == "http://home/"
    last = tmp_path / "last.conf"
    last.write_text("[global]\nindex-url = http://global/\n[install]\nindex-url = http://install/\n")
    assert configured_index({"PIP_CONFIG_FILE": str(last)}, tmp_path) == "http://install/"
    last.write_text("no section\n")
    assert configured_index({"PIP_CONFIG_FILE": str(last)}, tmp_path) == "http://home/"


@pytest.mark.parametrize(
    ("system", "machine", "libc", "expected"),
    [
        ("Linux", "x86_64", "glibc", 2),
        ("Linux", "aarch64", "glibc", 1),
        ("Linux", "x86_64", "musl", 3),
        ("Darwin", "arm64", "", 0),
        ("Linux", "riscv64", "glibc", None),
    ],
)
def test_each_platform_has_its_file(system: str, machine: str, libc: str, expected: int | None) -> None:
    chosen = wheel_for(NAMES, "0.13.9", system, machine, libc)
    assert chosen == (None if expected is None else NAMES[expected])


def test_the_projects_own_lock_names_uv() -> None:
    version, hashes = pinned((ROOT / "requirements-tools.lock").read_text("utf-8"))
    assert version[0].isdigit()
    assert len(hashes) > 5
    with pytest.raises(SetupError, match="names no uv"):
        pinned("other==1 \\\n    --hash=sha256:" + "0" * 64 + "\n")
