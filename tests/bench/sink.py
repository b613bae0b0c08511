"""A receiver that takes everything, in a process of its own: `python -m tests.bench.sink PORTS` answers 204 on so many
ports, which it prints, and a line `count` on standard input with how many requests it has answered on each.
"""

import asyncio
import re
import sys

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: (\d+)")
_ANSWER = b"HTTP/1.1 204 No Content\r\n\r\n"


class _Sink(asyncio.Protocol):
    def __init__(self, counts: list[int], number: int) -> None:
        self._counts, self._number = counts, number
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while (end := self._received.find(b"\r\n\r\n")) >= 0:
            length = _LENGTH.search(self._received, 0, end + 2)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._received) < whole:
                return
            self._received = self._received[whole:]
            self._counts[self._number] += 1
            self._transport.write(_ANSWER)


async def main(ports: int) -> None:
    loop = asyncio.get_running_loop()
    counts = [0] * ports
    servers = [
        await loop.create_server(lambda number=number: _Sink(counts, number), "127.0.0.1", 0)  # type: ignore[misc]
        for number in range(ports)
    ]
    print(*(server.sockets[0].getsockname()[1] for server in servers), flush=True)
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while await lines.readline():
        print(*counts, flush=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
