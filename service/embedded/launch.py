"""Becomes a server: gives up root, asks to be told of the parent's death, then executes the command.

Run as a script of its own (`python -I -S launch.py ...`) rather than as a preexec_fn: between fork and exec of a
process with threads, hardly any Python is safe. It imports nothing but the standard library.
"""

import ctypes
import os
import sys

# Numbers of <linux/prctl.h> and <linux/capability.h>
PR_SET_PDEATHSIG = 1
PR_SET_SECUREBITS = 28
SECBIT_NO_SETUID_FIXUP = 1 << 2
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAP_DAC_READ_SEARCH = 2
CAP_SETPCAP = 8  # needed to change the securebits
CAPABILITY_VERSION_3 = 0x20080522

FAILED = 70  # exit status: the command was never reached (EX_SOFTWARE of sysexits.h)


def main(arguments: list[str]) -> int:
    """`launch.py PARENT SIGNAL UID GID READS_ALL COMMAND...`; UID -1: stay who we are. Returns only on failure."""
    parent, death_signal, uid, gid, reads_all = (int(argument) for argument in arguments[:5])
    command = arguments[5:]
    try:
        if uid >= 0:
            _become(uid, gid, reads_all=bool(reads_all))
        # Last, since a change of credentials clears it (prctl(2), PR_SET_PDEATHSIG).
        if sys.platform == "linux":
            _prctl(PR_SET_PDEATHSIG, death_signal)
            if os.getppid() != parent:
                return FAILED  # the parent died before it could be watched
        os.execv(command[0], command)  # noqa: S606 (the very point: no shell)
    except OSError as error:
        print(f"cannot start {command[0]} as uid {uid}: {error.strerror}", file=sys.stderr)  # noqa: T201
    return FAILED


def _become(uid: int, gid: int, *, reads_all: bool) -> None:
    """Drops root for good. With `reads_all` keeps the one capability to pass folders that are closed to others."""
    if reads_all:
        # Capabilities stay when the uid changes; and access(2), by which initdb looks for postgres, then counts them
        # (it does not for other uids than root's: capabilities(7)). All but the one are given up right below.
        _prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP)
    os.setgroups([gid])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    if reads_all:
        _keep_only(CAP_DAC_READ_SEARCH)
        _prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_READ_SEARCH)


def _prctl(option: int, *values: int) -> None:
    # Through a variadic call, so each argument has to be as wide as the kernel reads it.
    padded = [ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)[:4]]
    if ctypes.CDLL(None, use_errno=True).prctl(ctypes.c_int(option), *padded) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _keep_only(capability: int) -> None:
    """Permitted, effective and inheritable become this one capability (capset(2))."""
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    bit = 1 << capability
    data = (ctypes.c_uint32 * 6)(bit, bit, bit, 0, 0, 0)
    if ctypes.CDLL(None, use_errno=True).capset(header, data) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
