"""A load generator for HTTP/1.1 with keep-alive: one epoll loop over raw sockets, in a process of its own.

`python -m tests.bench.load HOST PORT CONNECTIONS SECONDS` reads the request from standard input, sends it over every
connection again as soon as its answer is there, and prints answers a second. All answers must have the length of
the first; one with another status ends it.
"""

import re
import select
import socket
import sys
import time


def answers_per_second(host: str, port: int, connections: int, seconds: float, request: bytes) -> float:
    """Raises RuntimeError where an answer is not 2xx or 304, or a connection is closed."""
    length = _length_of_answer(host, port, request)
    poll = select.epoll()
    sockets: dict[int, socket.socket] = {}
    missing: dict[int, int] = {}
    for _ in range(connections):
        each = socket.create_connection((host, port))
        each.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        each.setblocking(False)
        sockets[each.fileno()] = each
        missing[each.fileno()] = length
        poll.register(each.fileno(), select.EPOLLIN)
    began = time.perf_counter()
    for each in sockets.values():
        each.send(request)
    answers, until = 0, began + seconds
    while time.perf_counter() < until:
        for number, _ in poll.poll(0.1):
            received = len(sockets[number].recv(262_144))
            if received == 0:
                raise RuntimeError("a connection was closed")
            missing[number] -= received
            if missing[number] <= 0:
                answers += 1
                missing[number] = length
                sockets[number].send(request)
    took = time.perf_counter() - began
    for each in sockets.values():
        each.close()
    return answers / took


def _length_of_answer(host: str, port: int, request: bytes) -> int:
    """Bytes of a whole answer, head included."""
    with socket.create_connection((host, port)) as one:
        one.sendall(request)
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += one.recv(65_536)
        head, _, body = answer.partition(b"\r\n\r\n")
        status = head.split(b" ", 2)[1]
        if not (status.startswith(b"2") or status == b"304"):
            raise RuntimeError(f"the answer is {head!r} {body[:200]!r}")
        found = re.search(rb"(?i)content-length: (\d+)", head)
        return len(head) + 4 + (int(found[1]) if found else 0)


if __name__ == "__main__":
    rate = answers_per_second(
        sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), sys.stdin.buffer.read()
    )
    print(rate)
