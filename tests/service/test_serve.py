"""`incumbent serve --demo` as a newcomer meets it: on embedded servers, from an empty folder."""

import os
import re
import shlex
import shutil
import signal
import socket
import stat
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.processes import comes_true, command_lines, open_folder
from tests.support.service import COMMAND, free_port, wait_ready

ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith("INCUMBENT_") and name not in ("DATABASE_URL", "DATABASE_ADMIN_URL", "REDIS_URL")
}


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    with open_folder() as folder:
        yield folder / "data"


def start(data: Path, port: int, output: Path, *options: str) -> subprocess.Popen[bytes]:
    with output.open("wb") as file:
        return subprocess.Popen(
            [COMMAND, "serve", "--port", str(port), "--data", data, *options],
            env=ENVIRONMENT,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


@contextmanager
def demo(data: Path, port: int) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The process and what it printed up to the last line of the demonstration."""
    output = data.parent / f"output-{port}.txt"
    process = start(data, port, output, "--demo")
    try:
        wait_ready(f"http://127.0.0.1:{port}", process, 60)
        done = comes_true(lambda: "Ctrl-C stops everything" in output.read_text("utf-8"), within=30)
        assert done, output.read_text("utf-8")
        yield process, output.read_text("utf-8")
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def board(printed: str) -> str:
    return printed[printed.index("┏") : printed.index("Try:")]


def processes_of(data: Path) -> list[str]:
    return [line for line in command_lines().values() if str(data) in line]


def test_it_prints_the_board_and_stops_at_ctrl_c(data: Path) -> None:
    with demo(data, free_port()) as (process, printed):
        table = board(printed)
        assert re.search(r"Harbourline Ferries.*chief executive officer.*Ines Okafor.*2026-11-16", table)
        assert re.search(r"deputy defence minister.*Mikhail Mizintsev.*2022-09-24", table)
        assert "Bulgakov" not in table
        key = data / "demo-key"
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        assert key.read_text("ascii").strip() in printed
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    assert comes_true(lambda: not processes_of(data), within=5), processes_of(data)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_its_three_commands_work_when_pasted(data: Path) -> None:
    with demo(data, free_port()) as (_, printed):
        curls = [line for line in printed.splitlines() if line.startswith("curl ")]
        assert len(curls) == 3
        for line in curls:
            done = subprocess.run(shlex.split(line), capture_output=True, text=True, check=True, timeout=30)
            assert "remedy" not in done.stdout, done.stdout
            assert "Dmitry Bulgakov" in done.stdout or "Norland" in done.stdout or "Edda Lunde" in done.stdout


def test_a_second_start_finds_the_data_and_prints_the_same(data: Path) -> None:
    with demo(data, free_port()) as (_, printed):
        first = board(printed)
    with demo(data, free_port()) as (_, printed):
        assert board(printed) == first


def test_killing_the_parent_leaves_no_process(data: Path) -> None:
    with demo(data, free_port()) as (process, _):
        group = [pid for pid, line in command_lines().items() if str(data) in line]
        assert len(group) > 1
        process.kill()
        process.wait()
        assert comes_true(lambda: not processes_of(data), within=10), processes_of(data)
        sessions = comes_true(lambda: not _alive_in_session(process.pid), within=10)
        assert sessions, _alive_in_session(process.pid)


def _alive_in_session(session: int) -> list[int]:
    """Processes of the session that the killed one led: worker and extraction processes."""
    alive = []
    for pid in command_lines():
        try:
            if os.getsid(pid) == session:
                alive.append(pid)
        except ProcessLookupError:
            continue
    return alive


def test_after_the_kill_it_starts_again_with_everything(data: Path) -> None:
    with demo(data, free_port()) as (_, printed):
        assert "Ines Okafor" in board(printed)


def test_the_command_line_asks_the_running_service(data: Path) -> None:
    port = free_port()
    with demo(data, port):
        environment = {
            **ENVIRONMENT,
            "INCUMBENT_DATA": str(data),
            "INCUMBENT_URL": f"http://127.0.0.1:{port}",
        }

        def incumbent(*arguments: str, code: int = 0) -> str:
            done = subprocess.run(
                [COMMAND, *arguments],
                env=environment,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            assert done.returncode == code, done.stdout + done.stderr
            return done.stdout + done.stderr

        before = incumbent("who", "deputy defense minister", "--as-of", "2022-09-23")
        assert "Dmitry Bulgakov" in before
        after = incumbent("who", "deputy defense minister", "--as-of", "2022-09-24")
        assert "Mikhail Mizintsev" in after
        assert "may not be complete" in after
        assert "YYYY-MM-DD" in incumbent("who", "president", "--as-of", "soon", code=1)

        article = data.parent / "lunde.txt"
        article.write_text("Harbourline Ferries Plc said chairman Edda Lunde has resigned.", "utf-8")
        assert "1 articles sent" in incumbent("ingest", str(article), "--published", "2026-11-24")

        secret = incumbent("keys", "create", "--scope", "read", "--data", str(data)).splitlines()[0]
        headers = {"Authorization": f"Bearer {secret}"}
        url = f"http://127.0.0.1:{port}/v1/posts"
        assert httpx.get(url, headers=headers, trust_env=False).status_code == 200
        assert "scope" in incumbent("keys", "create", "--scope", "rule", "--data", str(data), code=1)


def sentence(data: Path, port: int, output: Path) -> str:
    process = start(data, port, output)
    assert process.wait(60) == 1
    said = output.read_text("utf-8").strip()
    assert len(said.splitlines()) == 1, said
    assert "Traceback" not in said
    return said


def test_a_taken_port_is_told_in_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        said = sentence(tmp_path / "data", port, tmp_path / "output.txt")

    assert str(port) in said


def test_a_broken_data_folder_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("I am a file")

    assert "data" in sentence(tmp_path / "data", free_port(), tmp_path / "output.txt")
