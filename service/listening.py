"""How many connections a worker can hold, and for how long one may take nothing of what it is sent."""

import asyncio
import logging
import os
import resource
import socket
import stat
import sys

BACKLOG = 4_096  # connections that wait to be accepted; the kernel may allow fewer (net.core.somaxconn)
_WANTED = 65_536  # open files
_OWN = 256  # of them for what is no client: pools, leases, outbound, libraries
_MOST_READERS = 5_000  # streams of a worker, however many files it may open
_PATIENCE = 30_000  # milliseconds in which a client must take something of what waits for it
_SEND_BUFFER = 131_072  # bytes; the kernel takes twice that for each connection, at most

logger = logging.getLogger(__name__)


def raise_limits() -> None:
    """Raises the soft limit of open files to what is allowed, and says so where that is too little."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = _WANTED if hard == resource.RLIM_INFINITY else min(hard, _WANTED)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    if most_connections() < _MOST_READERS:
        logger.warning(
            "this process may open %d files, so it holds %d connections and %d streams; raise `ulimit -n`"
            " (LimitNOFILE, nofile) to %d for more",
            _open_files(), most_connections(), most_readers(), 2 * _MOST_READERS,
        )  # fmt: skip


def most_connections() -> int:
    """How many connections a worker may hold open."""
    return max(_OWN, _open_files() - _OWN)


def most_readers() -> int:
    """How many of them may be streams: half, so that there is room for everybody else."""
    return min(_MOST_READERS, most_connections() // 2)


async def drop_who_takes_nothing() -> None:
    """Has the kernel drop any connection whose client leaves what it is sent lying, and bounds what lies there.

    The server sets no such limit and offers no place to set one, so it is set on the sockets that this process listens
    on, as soon as there are any: connections inherit it. Linux only; elsewhere it does nothing.
    """
    for _ in range(1_000):
        if sys.platform != "linux" or _set_on_listeners():
            return
        await asyncio.sleep(0.02)
    logger.warning("no listening socket was found: a client that takes nothing is kept until it leaves")


def _set_on_listeners() -> bool:
    found = False
    for name in os.listdir("/proc/self/fd"):
        try:
            number = os.dup(int(name))
        except OSError:
            continue  # closed meanwhile
        if not stat.S_ISSOCK(os.fstat(number).st_mode):
            os.close(number)
            continue
        with socket.socket(fileno=number) as each:
            if each.family in (socket.AF_INET, socket.AF_INET6) and each.getsockopt(
                socket.SOL_SOCKET, socket.SO_ACCEPTCONN
            ):
                each.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _PATIENCE)
                each.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
                found = True
    return found


def _open_files() -> int:
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _WANTED if soft == resource.RLIM_INFINITY else min(soft, _WANTED)
