"""A name server that changes its mind: each question for a name gets the next of its answers, with no time to live."""

import asyncio
import itertools
import socket
import struct
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from ipaddress import ip_address
from typing import cast

_A, _AAAA, _IN = 1, 28, 1
_ids = itertools.count(1)


class NameServer(asyncio.DatagramProtocol):
    """RFC 1035 over UDP, for one question a message. `asked` are the names, in order."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.port = 0
        self._answers: dict[str, Iterator[Sequence[str]]] = {}
        self._transport: asyncio.DatagramTransport | None = None

    def answer(self, name: str, *turns: Sequence[str]) -> None:
        """The addresses to give at the first question, at the second, and so on; the last ones from then on."""
        self._answers[name] = itertools.chain(turns, itertools.repeat(turns[-1]))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)  # asyncio's own is no subclass of it
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        assert self._transport is not None
        name, end = _name(data, 12)
        self.asked.append(name)
        records = [ip_address(text) for text in next(self._answers[name], ())]
        head = data[:2] + struct.pack(">HHHHH", 0x8180, 1, len(records), 0, 0)
        body = b"".join(
            b"\xc0\x0c"
            + struct.pack(">HHIH", _A if each.version == 4 else _AAAA, _IN, 0, len(each.packed))
            + each.packed
            for each in records
        )
        self._transport.sendto(head + data[12 : end + 4] + body, addr)

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        """What a stub resolver makes of this server's answer. Raises OSError where there is none."""
        question = b"".join(bytes([len(part)]) + part.encode() for part in host.split(".")) + b"\0"
        head = struct.pack(">HHHHHH", next(_ids) % 65_536, 0x0100, 1, 0, 0, 0)
        loop = asyncio.get_running_loop()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
            client.setblocking(False)
            await loop.sock_connect(client, ("127.0.0.1", self.port))
            await loop.sock_sendall(client, head + question + struct.pack(">HH", _A, _IN))
            async with asyncio.timeout(5):
                return _addresses(await loop.sock_recv(client, 4_096))


@asynccontextmanager
async def name_server() -> AsyncIterator[NameServer]:
    loop = asyncio.get_running_loop()
    transport, server = await loop.create_datagram_endpoint(NameServer, local_addr=("127.0.0.1", 0))
    try:
        yield server
    finally:
        transport.close()


def _name(message: bytes, at: int) -> tuple[str, int]:
    """The name at a place of a message, and where it ends."""
    parts = []
    while length := message[at]:
        parts.append(message[at + 1 : at + 1 + length].decode())
        at += 1 + length
    return ".".join(parts), at + 1


def _addresses(message: bytes) -> list[str]:
    (count,) = struct.unpack_from(">H", message, 6)
    _, at = _name(message, 12)
    at += 4
    found = []
    for _ in range(count):
        (length,) = struct.unpack_from(">H", message, at + 10)
        found.append(str(ip_address(message[at + 12 : at + 12 + length])))
        at += 12 + length
    return found
