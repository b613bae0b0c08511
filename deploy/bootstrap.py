"""Makes .venv what the lock files say: `python3 -m deploy.bootstrap [run|dev|bench]`. Standard library only.

Silent and quick where nothing has changed since the last time. The interpreter that runs this becomes that of the
environment.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if sys.version_info < (3, 11):
    sys.exit(
        "Incumbent needs Python 3.11 or newer, and this is %d.%d: run make PYTHON=python3.12, say, "
        "with one that is installed" % sys.version_info[:2]
    )

from deploy.fetch_uv import DEFAULT_INDEX, SetupError, authorities, configured_index, find_or_fetch

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "incumbent.stamp"
LOCKS = {
    "run": ("requirements.lock", "requirements-tools.lock"),
    "dev": ("requirements-dev.lock", "requirements-tools.lock"),
    "bench": ("requirements-bench.lock", "requirements-tools.lock"),
}  # each holds all that those before it hold


def main(arguments: list[str]) -> int:
    wanted = arguments[0] if arguments else "run"
    if wanted not in LOCKS:
        sys.exit("usage: python3 -m deploy.bootstrap [run|dev|bench]")
    try:
        if missing(wanted) is not None:
            with alone():
                # Another one may have done it while we waited.
                if (sort := missing(wanted)) is not None:
                    make(sort)
    except SetupError as error:
        print(f"Incumbent cannot be set up: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"Incumbent cannot be set up: {error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    return 0


def missing(wanted: str) -> str | None:
    """What has to be made, None where all is there. What holds more than is wanted is enough, and is kept."""
    stamp = STAMP.read_text("utf-8") if STAMP.is_file() else ""
    sorts = list(LOCKS)
    there = stamp.partition(" ")[0]
    sort = max(wanted, there, key=sorts.index) if there in LOCKS else wanted
    return None if stamp == f"{sort} {fingerprint(sort)}\n" and usable() else sort


@contextmanager
def alone() -> Iterator[None]:
    """One set-up at a time: `make run` and `make test` may be started side by side."""
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def fingerprint(sort: str) -> str:
    """Changes with anything that the environment is made from, and with where it stands."""
    digest = hashlib.sha256(f"{ROOT} {interpreter()}".encode())
    for name in (*LOCKS[sort], "pyproject.toml"):
        digest.update(b"\0" + (ROOT / name).read_bytes())
    return digest.hexdigest()


def interpreter() -> str:
    """Which Python an existing environment stands on, as it says itself; ours where there is none yet."""
    config = VENV / "pyvenv.cfg"
    if not config.is_file():
        return sys.version
    lines = (line.partition("=") for line in config.read_text("utf-8").splitlines())
    return " ".join(f"{key}={value}" for key, _, value in lines if key.strip() in ("home", "version_info"))


def usable() -> bool:
    """Whether this user can execute the environment's Python, and it is still the one it was made with."""
    python = VENV / "bin" / "python"
    return os.access(python, os.X_OK) and any((VENV / "lib").glob(f"{python.resolve().name}*"))


def make(sort: str) -> None:
    """Brings the environment to what the locks say."""
    print(f"Setting up .venv with Python {sys.version.split()[0]}", file=sys.stderr, flush=True)
    STAMP.unlink(missing_ok=True)
    if VENV.exists() and not (usable() and _is_new_enough()):
        shutil.rmtree(VENV)
    uv = find_or_fetch(VENV / "uv", ROOT / "requirements-tools.lock")
    if not usable():
        _uv(uv, "venv", "--allow-existing", "--no-project", "--python", sys.executable, str(VENV))
    python = ("--python", str(VENV / "bin" / "python"))
    locks = [str(ROOT / name) for name in LOCKS[sort]]
    # Compiled once, here: an import of it all takes a third of the time, also for those who may not write here.
    _uv(uv, "pip", "sync", *python, "--require-hashes", "--compile-bytecode", *locks)
    _uv(uv, "pip", "install", *python, "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    # From now on it is in the environment, as the lock names it.
    shutil.rmtree(VENV / "uv", ignore_errors=True)
    STAMP.write_text(f"{sort} {fingerprint(sort)}\n", "utf-8")


def _is_new_enough() -> bool:
    check = "import sys; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([VENV / "bin" / "python", "-I", "-c", check], check=False).returncode == 0


def _uv(uv: Path, *arguments: str) -> None:
    """Runs uv, shows what takes time, and turns its failure into one sentence."""
    said: list[str] = []
    with subprocess.Popen(
        [uv, *arguments], env=_environment(), text=True, errors="replace", stderr=subprocess.PIPE
    ) as process:
        assert process.stderr is not None
        for line in process.stderr:
            said.append(line.strip())
            if said[-1].startswith(("Downloading", "Building", "Prepared", "Installed")):
                print(f"  {said[-1]}", file=sys.stderr, flush=True)
    if process.returncode != 0:
        raise SetupError(_sentence(said, process.returncode))


def _environment() -> dict[str, str]:
    """What uv is told of this machine: pip's index and certificates, and a cache that can be written."""
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}
    # Whichever environment the caller happens to be in; and the project itself has no hash to require.
    for variable in ("VIRTUAL_ENV", "UV_SYSTEM_PYTHON", "UV_REQUIRE_HASHES"):
        environment.pop(variable, None)
    home = Path(os.path.expanduser("~"))
    if not (environment.get("UV_DEFAULT_INDEX") or environment.get("UV_INDEX_URL")):
        index = configured_index(environment, home)
        if index != DEFAULT_INDEX:
            environment["UV_DEFAULT_INDEX"] = index
    # Networks with authorities of their own have them in the system's file; where there is none, uv has its own.
    if (file := authorities(environment)) is not None:
        environment["SSL_CERT_FILE"] = file
    if not (environment.get("UV_CACHE_DIR") or environment.get("XDG_CACHE_HOME") or _can_write(home)):
        environment["UV_CACHE_DIR"] = str(VENV / "cache")
    return environment


def _can_write(home: Path) -> bool:
    """Whether uv can keep its cache under this home."""
    place = next(path for path in (home / ".cache" / "uv", home / ".cache", home, Path("/")) if path.exists())
    return home.is_dir() and os.access(place, os.W_OK | os.X_OK)


def _sentence(said: list[str], status: int) -> str:
    """What uv said, as one sentence: the first error, its last cause, and what to do about the network."""
    text = "\n".join(said)
    errors = re.findall(r"(?:error|×|Caused by|╰─▶|├─▶):? +(.+)", text)
    why = (
        ": ".join(dict.fromkeys(errors[:1] + errors[-1:])) or text.strip() or f"uv ended with status {status}"
    )
    why = " ".join(why.split())
    if re.search(r"error sending request|dns error|Could not connect|tcp connect|Failed to fetch", text):
        return (
            f"the package index cannot be reached ({why}): check the network, and set PIP_INDEX_URL or "
            "SSL_CERT_FILE where it has an index or authorities of its own"
        )
    return why


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
