"""Readers of the stream of Changes, in a process of their own: one epoll loop over raw sockets.

`python -m tests.bench.readers HOST PORT COUNT` reads the request from standard input, sends it over so many
connections, prints `ready` when all have begun, and from then on, for each Change that all have heard of, its id and
the Unix time at which the last heard of it.
"""

import re
import select
import socket
import sys
import time

_HEARD = re.compile(rb"id: ([0-9.]+)\ndata: ")


def main(host: str, port: int, count: int, request: bytes) -> None:
    poll, readers = select.epoll(), dict[int, socket.socket]()
    left: dict[int, bytes] = {}
    for _ in range(count):
        each = socket.create_connection((host, port))
        each.sendall(request)
        readers[each.fileno()], left[each.fileno()] = each, b""
    for each in readers.values():
        if b" 200 " not in each.recv(4_096).split(b"\r\n", 1)[0]:
            raise RuntimeError("a reader was refused")
        each.setblocking(False)
        poll.register(each.fileno(), select.EPOLLIN)
    print("ready", flush=True)
    heard: dict[bytes, int] = {}
    while True:
        for number, _ in poll.poll():
            received = readers[number].recv(262_144)
            if not received:
                raise RuntimeError("a reader was sent away")
            text = left[number] + received
            end = 0
            for found in _HEARD.finditer(text):
                end = found.end()
                heard[found[1]] = heard.get(found[1], 0) + 1
                if heard[found[1]] == count:
                    print(found[1].decode(), time.time(), flush=True)
            left[number] = text[max(end, len(text) - 64) :]


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.stdin.buffer.read())
