"""The README's commands, word for word but for the ports, as a newcomer pastes them."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.test_serve import demo
from tests.support.processes import comes_true, open_folder
from tests.support.service import COMMAND, free_port

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)


def block(kind: str, holding: str) -> str:
    """The one block of the README of that kind that holds the words."""
    found: list[str] = [text for name, text in BLOCKS if name == kind and holding in text]
    assert len(found) == 1
    return found[0]


@pytest.fixture(scope="module")
def place() -> Iterator[tuple[Path, int]]:
    """A checkout's folder with the service running on its ./data, and the port."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    with open_folder() as folder:
        port = free_port()
        (folder / ".venv" / "bin").mkdir(parents=True)
        (folder / ".venv" / "bin" / "incumbent").symlink_to(COMMAND)
        with demo(folder / "data", port):
            yield folder, port


def pasted(command: str, place: tuple[Path, int], receiver: int = 9000) -> str:
    folder, port = place
    text = command.replace("127.0.0.1:8000", f"127.0.0.1:{port}").replace(
        "127.0.0.1:9000", f"127.0.0.1:{receiver}"
    )
    environment = {**os.environ, "INCUMBENT_URL": f"http://127.0.0.1:{port}"}
    done = subprocess.run(
        ["bash", "-euc", text],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


def test_the_first_question_is_answered_as_shown(place: tuple[Path, int]) -> None:
    answer = pasted(block("sh", "/v1/who?post=deputy+defence+minister"), place)

    for shown in ('"name":"Dmitry Bulgakov"', '"certainty":"certain"', '"reason":"dismissed"', '"basis":"said"',
                  "Deputy Defence Minister Dmitry Bulgakov, 67, was dismissed from his post on Saturday",
                  '"attribution":"the Defence Ministry"', '"standing":"official"', '"complete":false'):  # fmt: skip
        assert shown in answer


def test_the_question_in_words(place: tuple[Path, int]) -> None:
    assert "Dmitry Bulgakov" not in pasted(block("sh", ".venv/bin/incumbent who"), place)
    assert "Mikhail Mizintsev" in pasted(block("sh", ".venv/bin/incumbent who"), place)


def test_an_article_is_answered_with_its_claims(place: tuple[Path, int]) -> None:
    answer = pasted(block("sh", "https://news.example/7"), place)

    assert '"person_name":"Edda Lunde"' in answer
    assert '"position":' in answer


def test_the_receiver_prints_the_change_that_the_article_made(place: tuple[Path, int]) -> None:
    folder, _ = place
    port = free_port()
    made = pasted(block("sh", '{"url": "http://127.0.0.1:9000/"}'), place, port)
    (secret,) = re.findall(r"whsec_[A-Za-z0-9+/=]+", made)
    code = block("python", "WEBHOOK_SECRET").replace("9000", str(port))
    (folder / "receiver.py").write_text(code, "utf-8")
    output = folder / "received.txt"
    with output.open("wb") as file:
        receiver = subprocess.Popen(
            [sys.executable, "receiver.py"],
            cwd=folder,
            env={**os.environ, "WEBHOOK_SECRET": secret},
            stdout=file,
            stderr=subprocess.DEVNULL,
        )
    try:
        pasted(block("sh", "https://news.example/8"), place, port)
        assert comes_true(lambda: "Karel Moss" in output.read_text("utf-8"), within=60), output.read_text(
            "utf-8"
        )
    finally:
        receiver.terminate()
        receiver.wait(10)
    assert '"type":"holder.changed"' in output.read_text("utf-8")
