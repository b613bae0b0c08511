"""A load generator for HTTP/1.1 with keep-alive: one epoll loop over raw sockets, in a process of its own.

`python -m tests.bench.load HOST PORT CONNECTIONS SECONDS` reads requests from standard input, parted by NUL bytes,
sends one over every connection as soon as the answer to the last is there, each connection beginning elsewhere in the
list, and prints answers a second and their latencies' median and 99th percentile in ms. An answer that is neither 2xx
nor 304 ends it.
"""

import re
import select
import socket
import statistics
import sys
import time
from collections.abc import Sequence

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: (\d+)")
_GOOD = (b"HTTP/1.1 20", b"HTTP/1.1 304")


class _Connection:
    def __init__(self, host: str, port: int, requests: Sequence[bytes], first: int) -> None:
        self.socket = socket.create_connection((host, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.setblocking(False)
        self._requests = requests
        self._next = first
        self._received = b""
        self._missing = 0  # bytes of a body under way
        self._sent = 0.0

    def send(self) -> None:
        self._sent = time.perf_counter()
        self.socket.sendall(self._requests[self._next % len(self._requests)])
        self._next += 1

    def receive(self) -> float | None:
        """The seconds that the answer took, once it is whole. Raises RuntimeError for one that is no success."""
        part = self.socket.recv(1_048_576)
        if not part:
            raise RuntimeError("a connection was closed")
        if self._missing:
            self._missing -= len(part)
        else:
            self._received += part
            end = self._received.find(b"\r\n\r\n")
            if end < 0:
                return None
            if not self._received.startswith(_GOOD):
                raise RuntimeError(f"the answer is {self._received[:600]!r}")
            length = _LENGTH.search(self._received, 0, end + 2)
            self._missing = end + 4 + (int(length[1]) if length else 0) - len(self._received)
            self._received = b""
        return None if self._missing > 0 else time.perf_counter() - self._sent


def load(
    host: str, port: int, connections: int, seconds: float, requests: Sequence[bytes]
) -> tuple[float, list[float]]:
    """Answers a second, and the seconds that each took."""
    poll = select.epoll()
    open_: dict[int, _Connection] = {}
    for number in range(connections):
        each = _Connection(host, port, requests, number * len(requests) // connections)
        open_[each.socket.fileno()] = each
        poll.register(each.socket.fileno(), select.EPOLLIN)
    took: list[float] = []
    began = time.perf_counter()
    for each in open_.values():
        each.send()
    until = began + seconds
    while time.perf_counter() < until:
        for number, _ in poll.poll(0.1):
            each = open_[number]
            if (latency := each.receive()) is not None:
                took.append(latency)
                each.send()
    rate = len(took) / (time.perf_counter() - began)
    for each in open_.values():
        each.socket.close()
    return rate, took


if __name__ == "__main__":
    rate, took = load(
        sys.argv[1],
        int(sys.argv[2]),
        int(sys.argv[3]),
        float(sys.argv[4]),
        sys.stdin.buffer.read().split(b"\0"),
    )
    cuts = statistics.quantiles(took, n=100)
    print(rate, cuts[49] * 1_000, cuts[98] * 1_000)
