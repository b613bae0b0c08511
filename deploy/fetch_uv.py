"""Gets the uv that the lock names onto a machine that has none. Standard library only.

With pip where there is one, since it knows how the machine reaches its package index; else straight from the index
(Simple API: https://packaging.python.org/specifications/simple-repository-api/). Either way the file must have the
hash that requirements-tools.lock gives.
"""

import base64
import configparser
import hashlib
import html.parser
import importlib.util
import io
import json
import os
import platform
import re
import shutil
import ssl
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Mapping
from pathlib import Path

DEFAULT_INDEX = "https://pypi.org/simple"
OLDEST = (0, 5)  # a uv on PATH has to know the options that bootstrap uses
SYSTEM_AUTHORITIES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Alpine, Arch
    "/etc/pki/tls/certs/ca-bundle.crt",  # Fedora
    "/etc/ssl/cert.pem",  # macOS, BSD
)
SIMPLE = "application/vnd.pypi.simple.v1+json, text/html;q=0.5"


class SetupError(Exception):
    """The set-up cannot go on; the message is one sentence that says why and what to do."""


def find_or_fetch(folder: Path, lock: Path) -> Path:
    """A uv that runs: the one on PATH, one fetched before into `folder`, or a fresh one there."""
    ours = folder / "bin" / "uv"
    on_path = shutil.which("uv")
    for candidate in ([Path(on_path)] if on_path else []) + [ours]:
        if _works(candidate):
            return candidate
    print("Fetching uv", file=sys.stderr, flush=True)
    if not (_by_pip(folder, lock) and _works(ours)):
        _from_index(ours, *pinned(lock.read_text("utf-8")))
    if not _works(ours):
        raise SetupError(f"the uv for {platform.machine()} does not run here: put another one on PATH")
    return ours


def configured_index(environment: Mapping[str, str], home: Path | None) -> str:
    """The package index of this machine: uv's variables, pip's, pip's files, else the public one."""
    for variable in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL"):
        if environment.get(variable):
            return environment[variable]
    files = [Path("/etc/pip.conf"), Path("/etc/xdg/pip/pip.conf")]
    if home is not None:
        files += [home / ".pip/pip.conf", home / ".config/pip/pip.conf"]
    if environment.get("PIP_CONFIG_FILE"):
        files.append(Path(environment["PIP_CONFIG_FILE"]))
    index = DEFAULT_INDEX
    for file in files:  # the later one wins, as with pip
        config = configparser.RawConfigParser()
        try:
            config.read(file, "utf-8")
        except (OSError, configparser.Error):
            continue  # a file that pip could not read either
        for section in ("global", "install"):
            index = config.get(section, "index-url", fallback=index)
    return index.strip()


def authorities(environment: Mapping[str, str]) -> str | None:
    """The file of certificate authorities that this machine was told to trust, or the system's, or None."""
    for variable in ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE"):
        if environment.get(variable):
            return environment[variable]
    usual = (ssl.get_default_verify_paths().cafile, *SYSTEM_AUTHORITIES)
    return next((file for file in usual if file and os.path.isfile(file)), None)


def pinned(lock: str) -> tuple[str, frozenset[str]]:
    """The version of uv in a lock, and the SHA-256 of its files."""
    found = re.search(r"^uv==(\S+) \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n?)+)", lock, re.MULTILINE)
    if found is None:
        raise SetupError("requirements-tools.lock names no uv: take the file from the repository again")
    return found[1], frozenset(re.findall(r"sha256:([0-9a-f]{64})", found[2]))


def wheel_for(names: list[str], version: str, system: str, machine: str, libc: str) -> str | None:
    """Which of an index's files is uv's wheel for a platform, e.g. ("Linux", "x86_64", "glibc")."""
    family = {"Linux": "manylinux" if libc == "glibc" else "musllinux", "Darwin": "macosx"}.get(system, "win")
    for name in sorted(names):
        if name.startswith(f"uv-{version}-py3-none-{family}") and name.endswith(f"_{machine}.whl"):
            return name
    return None


def _works(uv: Path) -> bool:
    try:
        said = subprocess.run([uv, "--version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    version = re.match(r"uv (\d+)\.(\d+)", said.stdout)
    return said.returncode == 0 and version is not None and (int(version[1]), int(version[2])) >= OLDEST


def _by_pip(folder: Path, lock: Path) -> bool:
    """Whether pip, the interpreter's own or the one that comes with venv, could install it into `folder`."""
    python = sys.executable
    own = importlib.util.find_spec("pip") is not None
    if not own:
        if importlib.util.find_spec("ensurepip") is None:
            return False
        made = subprocess.run(
            [python, "-m", "venv", "--clear", folder / "pip"], capture_output=True, check=False
        )
        if made.returncode != 0:
            return False
        python = str(folder / "pip" / "bin" / "python")
    version, hashes = pinned(lock.read_text("utf-8"))
    only_uv = folder / "uv.lock"
    only_uv.parent.mkdir(parents=True, exist_ok=True)
    only_uv.write_text(
        f"uv=={version} " + " ".join(f"--hash=sha256:{digest}" for digest in sorted(hashes)) + "\n"
    )
    options = [
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--only-binary=:all:",
        "--require-hashes",
    ]
    done = subprocess.run(
        [python, "-m", "pip", "install", *options, "--upgrade", "--target", folder, "-r", only_uv],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,  # what fails here is tried, and told, by _from_index
        check=False,
    )
    shutil.rmtree(folder / "pip", ignore_errors=True)
    return done.returncode == 0


def _from_index(target: Path, version: str, hashes: frozenset[str]) -> None:
    home = Path(os.path.expanduser("~"))
    page = configured_index(os.environ, home if home.is_absolute() else None).rstrip("/") + "/uv/"
    files = _files(page)
    libc = platform.libc_ver()[0] or "musl"
    name = wheel_for(list(files), version, platform.system(), platform.machine(), libc)
    if name is None:
        raise SetupError(
            f"the package index has no uv {version} for {platform.system()} {platform.machine()}: put uv on PATH"
        )
    wheel = _get(files[name])[0]
    if hashlib.sha256(wheel).hexdigest() not in hashes:
        raise SetupError(f"{name} is not the file that requirements-tools.lock names: its SHA-256 differs")
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        program = archive.read(f"uv-{version}.data/scripts/uv")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(program)
    target.chmod(0o755)


def _files(page: str) -> dict[str, str]:
    """The files of a project's page, by name, with their addresses."""
    body, kind, address = _get(page, accept=SIMPLE)
    if "json" in kind:
        return {
            file["filename"]: urllib.parse.urljoin(address, file["url"]) for file in json.loads(body)["files"]
        }
    links = _Links()
    links.feed(body.decode("utf-8", "replace"))
    found = (urllib.parse.urljoin(address, link).partition("#")[0] for link in links.found)
    return {urllib.parse.unquote(url.rpartition("/")[2]): _with_login(url, page) for url in found}


class _Links(html.parser.HTMLParser):
    """The addresses of all links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if tag == "a" and name == "href" and value]


def _with_login(url: str, like: str) -> str:
    """The address with the user and password of another one on the same host."""
    parts, model = urllib.parse.urlsplit(url), urllib.parse.urlsplit(like)
    if parts.username is None and model.username is not None and parts.hostname == model.hostname:
        return parts._replace(netloc=f"{model.netloc.rpartition('@')[0]}@{parts.netloc}").geturl()
    return url


def _get(url: str, accept: str = "*/*") -> tuple[bytes, str, str]:
    """Body, media type and final address. Raises SetupError after three attempts."""
    parts = urllib.parse.urlsplit(url)
    request = urllib.request.Request(
        parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl(), headers={"Accept": accept}
    )
    if parts.username is not None:
        login = urllib.parse.unquote(f"{parts.username}:{parts.password or ''}")
        request.add_unredirected_header("Authorization", "Basic " + base64.b64encode(login.encode()).decode())
    for attempt in (1, 2, 3):
        try:
            context = _trust(has_login=parts.username is not None)
            with urllib.request.urlopen(request, timeout=60, context=context) as answer:
                final = _with_login(answer.url, url)
                return answer.read(), answer.headers.get("Content-Type", ""), final
        except (OSError, ValueError) as error:
            if attempt == 3 or isinstance(error, (urllib.error.HTTPError, ValueError)):
                raise SetupError(_sentence(parts.hostname or url, error)) from error
    raise AssertionError


def _trust(*, has_login: bool) -> ssl.SSLContext:
    """Whom to trust. A bare machine knows no authority at all; then it is the lock's hash that vouches for the one
    file that is fetched, and only a login must not go to who knows whom."""
    context = ssl.create_default_context()
    file, folder = authorities(os.environ), ssl.get_default_verify_paths().capath
    if file is not None:
        context.load_verify_locations(file)
    elif not has_login and not (folder and os.path.isdir(folder) and os.listdir(folder)):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _sentence(host: str, error: Exception) -> str:
    reason = (
        f"it answers {error}"
        if isinstance(error, urllib.error.HTTPError)
        else getattr(error, "reason", error)
    )
    if isinstance(reason, ssl.SSLCertVerificationError):
        return (
            f"the certificate of {host} cannot be checked ({reason.verify_message}): "
            "install ca-certificates, or set SSL_CERT_FILE to the authorities that this network uses"
        )
    return (
        f"the package index at {host} cannot be reached ({reason}): check the network, "
        "or set PIP_INDEX_URL to an index that this machine reaches"
    )
