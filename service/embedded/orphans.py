"""What a killed process may have left behind in its cluster's folder."""

import contextlib
import hashlib
import os
import signal
import time
from pathlib import Path

NAME = "incumbent_"  # what the names of our clusters begin with


def await_orphan(folder: Path, name: str, *, within: float) -> None:
    """Lets the server of a killed process finish, and forgets its pid where that is no server's any more.

    For the holder of the data folder's lock: a server that runs there has lost its parent and is on its way out.
    Once it is dead, its pid may still be that of a zombie that no init reaps, or (in a container, soon) that of
    some other process: Postgres would refuse to start for either.
    """
    pid_file = folder / "postmaster.pid"
    give_up = time.monotonic() + within
    while (pid := _pid_in(pid_file)) is not None and time.monotonic() < give_up:
        commands = _commands()
        of_ours = [
            other for other, command in commands.items() if name in command or f"-D {folder} " in command
        ]
        if pid in of_ours:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGINT)
        elif not of_ours:
            named = commands.get(pid)
            # Where there is no such process, Postgres clears the file itself. Where it is a Postgres that was
            # started by other means, it may well be one on this folder.
            if named is not None and ("postgres" not in named or NAME in named):
                pid_file.unlink(missing_ok=True)
            return
        time.sleep(0.05)


def name_of(folder: Path) -> str:
    """The name of the cluster in a folder (its cluster_name), which stands in the title of each of its processes."""
    return NAME + hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]


def _pid_in(file: Path) -> int | None:
    try:
        return int(file.read_text().splitlines()[0])
    except (FileNotFoundError, NotADirectoryError, IndexError, ValueError):
        return None


def _commands() -> dict[int, str]:
    """The commands of all processes on Linux, by pid; that of a zombie is empty."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            found[int(entry.parent.name)] = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return found
