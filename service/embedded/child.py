"""A server as a child process that cannot outlive us."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

from service.embedded import launch
from service.embedded.account import Account
from service.embedded.errors import EmbeddedError

MAX_LOG = 10_000_000  # bytes after which a log is put aside at the next start


class Child:
    """A running command, in a session of its own so that Ctrl-C reaches us and not it.

    Linux sends it `death_signal` when we die, however we die. That is tied to the thread that forked it, not to
    the process (prctl(2)), so each child has a thread that does nothing but start it and wait for its end.
    """

    def __init__(
        self,
        command: list[str],
        *,
        account: Account,
        death_signal: signal.Signals,
        log: Path,
        stdin: bytes = b"",
    ) -> None:
        self._command, self._account, self._death_signal = command, account, death_signal
        self._log, self._stdin = log, stdin
        self._started, self._exited = threading.Event(), threading.Event()
        self._error: OSError | None = None
        self._log_start = _set_aside(log)
        threading.Thread(target=self._keep, name=Path(command[0]).name, daemon=True).start()
        self._started.wait()
        if self._error is not None:
            raise EmbeddedError(f"cannot start {command[0]}: {self._error.strerror}") from self._error

    def _keep(self) -> None:
        account = self._account
        arguments = [os.getpid(), self._death_signal.value, account.uid, account.gid, int(account.reads_all)]
        try:
            with self._log.open("ab") as log:
                self._process = subprocess.Popen(  # noqa: S603 (our own command, no shell)
                    [sys.executable, "-I", "-S", launch.__file__, *map(str, arguments), *self._command],
                    stdin=subprocess.PIPE,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    cwd="/",
                    # Of our environment nothing: neither a locale that is not installed nor a PG* variable.
                    env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
                )
        except OSError as error:
            self._error = error
            self._started.set()
            return
        self._started.set()
        try:
            self._process.communicate(self._stdin)
        finally:
            self._exited.set()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return not self._exited.is_set()

    def wait(self, seconds: float) -> int | None:
        """The exit status, or None if it still runs after so many seconds."""
        return self._process.returncode if self._exited.wait(seconds) else None

    def stop(self, *steps: tuple[signal.Signals, float]) -> None:
        """Sends each signal in turn until it has ended, waiting so many seconds after each."""
        for number, seconds in steps:
            if self.running:
                self._process.send_signal(number)
            if self.wait(seconds) is not None:
                return

    def said(self) -> str:
        """What it has written to its log since it was started."""
        with self._log.open("rb") as log:
            log.seek(self._log_start)
            return log.read().decode(errors="replace")


def _set_aside(log: Path) -> int:
    """Where the log continues, in bytes; a long one is kept under another name and begun anew."""
    size = log.stat().st_size if log.exists() else 0
    if size <= MAX_LOG:
        return size
    log.replace(log.with_suffix(".log.1"))
    return 0
