"""Looking at processes from outside, and a folder that another account may pass."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def open_folder() -> Iterator[Path]:
    """A temporary folder that everyone may pass: as root the servers run as another account."""
    with tempfile.TemporaryDirectory(prefix="incumbent-test-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


def command_lines() -> dict[int, str]:
    """The running processes of this machine with their commands. One that ended and waits to be reaped is none."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if command:
                found[int(entry.name)] = command.replace(b"\0", b" ").decode(errors="replace").strip()
    return found


def comes_true(condition: Callable[[], bool], *, within: float) -> bool:
    """Whether the condition holds at some moment of the next so many seconds."""
    give_up = time.monotonic() + within
    while not condition():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.02)
    return True
