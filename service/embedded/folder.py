"""The data folder: who holds it, and the ports and passwords of the servers in it."""

import contextlib
import fcntl
import os
import secrets
import socket
import time
from pathlib import Path

import msgspec

from service.embedded.errors import EmbeddedError


class Saved(msgspec.Struct, kw_only=True):
    """What `servers.json` holds. `pid` is the process whose servers are ready, None while there are none."""

    postgres_port: int
    admin_password: str
    application_password: str
    valkey_port: int
    valkey_password: str
    pid: int | None = None


class Folder:
    """A data folder held by this process until `release`. Raises EmbeddedError if it cannot be."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            # Close-on-exec (Python's default): a server that outlives us for a moment does not hold the lock.
            self._lock = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise unusable(path, error) from error
        if not _locked(self._lock, patience=0.3):
            holder = os.pread(self._lock, 20, 0).decode().strip() or "unknown"
            os.close(self._lock)
            raise EmbeddedError(
                f"the data folder {self.path} is in use by process {holder}: stop it, or choose another with --data"
            )
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        os.close(self._lock)

    def load(self) -> tuple[Saved, bool]:
        """The ports and passwords as saved, and whether they are new. Ports that are taken meanwhile change."""
        saved = read(self.path)
        if saved is None:
            return (
                Saved(
                    postgres_port=free_port(),
                    admin_password=secrets.token_urlsafe(24),
                    application_password=secrets.token_urlsafe(24),
                    valkey_port=free_port(),
                    valkey_password=secrets.token_urlsafe(24),
                ),
                True,
            )
        if not _free(saved.postgres_port):
            saved.postgres_port = free_port()
        if not _free(saved.valkey_port):
            saved.valkey_port = free_port()
        return saved, False

    def save(self, saved: Saved) -> None:
        """Writes servers.json, readable by us alone, whole or not at all."""
        new = self.path / "servers.json.new"
        try:
            new.unlink(missing_ok=True)
            with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(msgspec.json.format(msgspec.json.encode(saved), indent=2) + b"\n")
                file.flush()
                os.fsync(file.fileno())
            new.replace(self.path / "servers.json")
        except OSError as error:
            raise unusable(self.path, error) from error


def read(path: Path) -> Saved | None:
    """servers.json of a data folder, None where there is none."""
    file = path / "servers.json"
    try:
        return msgspec.json.decode(file.read_bytes(), type=Saved)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise EmbeddedError(f"cannot read {file}: {error.strerror}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise EmbeddedError(f"{file} is damaged: delete it, and new passwords will be made") from error


def holder(path: Path) -> int | None:
    """The process that holds the folder, None if nobody does."""
    try:
        with (path / "lock").open("rb") as lock:
            if _locked(lock.fileno(), patience=0, shared=True):
                return None
            return int(lock.read() or 0)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise unusable(path, error) from error


def free_port() -> int:
    """A TCP port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def unusable(path: Path, error: OSError) -> EmbeddedError:
    """The sentence for a data folder that the system refuses."""
    return EmbeddedError(
        f"cannot use {path} as the data folder: {error.strerror}; choose another with --data"
    )


def _free(port: int) -> bool:
    with socket.socket() as probe:
        # As the servers do: connections of the last run that linger do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def _locked(lock: int, *, patience: float, shared: bool = False) -> bool:
    """Whether the lock was had within so many seconds: `holder` takes it too, for an instant."""
    give_up = time.monotonic() + patience
    while True:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(lock, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
            return True
        if time.monotonic() >= give_up:
            return False
        time.sleep(0.02)
