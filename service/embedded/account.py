"""Who the servers run as. Postgres refuses to run as root, so root has to name somebody else."""

import os
import pwd
import stat
from pathlib import Path

import msgspec

from service.embedded.errors import EmbeddedError
from service.embedded.launch import CAP_DAC_READ_SEARCH, CAP_SETPCAP


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """An account to run as. `reads_all`: it may pass folders that are closed to it, but not write there."""

    name: str
    uid: int  # -1: whoever we are
    gid: int
    reads_all: bool = False

    def give(self, path: Path) -> None:
        """Makes the account own a file or folder."""
        if self.uid >= 0:
            os.chown(path, self.uid, self.gid)


OURSELVES = Account(name="", uid=-1, gid=-1)


def choose(cluster: Path, *needed: Path) -> Account:
    """The account for the cluster's folder: ourselves, or where we are root the folder's owner if that is
    somebody else, then `postgres`, then `nobody`. `needed` are the paths it must reach besides.

    Raises EmbeddedError where there is no such account or it cannot reach what it needs.
    """
    if os.geteuid() != 0:
        return OURSELVES
    entry = _entry(cluster)
    closed = next((path for path in (*needed, cluster) if not _reachable(path, entry)), None)
    if closed is None:
        return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)
    # A checkout under /root: rather than open root's folders to everyone, let this one process pass them.
    if not _permitted(CAP_DAC_READ_SEARCH, CAP_SETPCAP):
        raise EmbeddedError(
            f"PostgreSQL must not run as root and the user {entry.pw_name} cannot reach {closed}: "
            "run as an ordinary user, or move the project and its data folder to where everyone may pass"
        )
    return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid, reads_all=True)


def _entry(cluster: Path) -> pwd.struct_passwd:
    try:
        owner = cluster.stat().st_uid
        if owner != 0:
            return pwd.getpwuid(owner)
    except FileNotFoundError:
        pass  # a new cluster has no owner yet
    except KeyError:
        raise EmbeddedError(f"{cluster} belongs to uid {owner}, which this machine does not know") from None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise EmbeddedError(
        "PostgreSQL must not run as root and this machine has neither a user postgres nor nobody: "
        "run as an ordinary user"
    )


def _reachable(path: Path, entry: pwd.struct_passwd) -> bool:
    """Whether all folders above the path may be passed by the account."""
    for folder in path.resolve().parents:
        mode = folder.stat()
        if mode.st_uid == entry.pw_uid:
            passable = mode.st_mode & stat.S_IXUSR
        elif mode.st_gid == entry.pw_gid:
            passable = mode.st_mode & stat.S_IXGRP
        else:
            passable = mode.st_mode & stat.S_IXOTH
        if not passable:
            return False
    return True


def _permitted(*capabilities: int) -> bool:
    """Whether we have them: in many containers root does not."""
    try:
        status = Path("/proc/self/status").read_text()
    except FileNotFoundError:
        return False  # not Linux
    held = next(line for line in status.splitlines() if line.startswith("CapPrm:"))
    mask = int(held.split()[1], 16)
    return all(mask & (1 << capability) for capability in capabilities)
