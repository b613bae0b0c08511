"""A real HTTP server on loopback that receives webhooks, and can be told to misbehave."""

import asyncio
import contextlib
import json
import ssl
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Literal

import msgspec

Trick = Literal[
    "hang",  # reads the request and never answers
    "close",  # reads the request and closes without an answer
    "garbage",  # answers with what is not HTTP
    "cut",  # 200, and closes in the middle of the body
    "drip",  # 200, and a body that comes byte by byte without end
    "drip headers",  # a status line, and headers that come byte by byte without end
    "flood",  # 200, and a body without end
    "close kept",  # 200, and closes the connection without having said so
]


class Reply(msgspec.Struct, frozen=True):
    status: int
    headers: Mapping[str, str] = {}
    body: bytes = b""


class Request(msgspec.Struct, frozen=True):
    """What came in. `at` is of time.monotonic(), `connection` tells the connections apart."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    at: float
    connection: int

    @property
    def message(self) -> str:
        return self.headers["webhook-id"]

    @property
    def event(self) -> Any:
        return json.loads(self.body)

    @property
    def change(self) -> str:
        change = self.event["data"]["change"]
        assert isinstance(change, str)
        return change


Behaviour = Callable[[Request], Reply | Trick | Awaitable[Reply | Trick]]


class Receiver:
    """Keeps what it received. `behave` may be replaced at any time; it answers 204 by default."""

    def __init__(self, behave: Behaviour | None = None, *, tls: ssl.SSLContext | None = None) -> None:
        self.behave: Behaviour = behave or (lambda _: Reply(204))
        self.received: list[Request] = []
        self.accepted: list[Request] = []  # those that were answered with 2xx
        self.port = 0
        self._tls = tls
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()
        self._connections = 0
        self._news = asyncio.Event()

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}/hook?a=1"

    async def start(self) -> None:
        """Listens, on the same port as before where there was one."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Goes down: refuses connections and drops those that are open."""
        if self._server is not None:
            self._server.close()
            for task in self._open:
                task.cancel()
            await asyncio.gather(*self._open, return_exceptions=True)
            await self._server.wait_closed()
            self._server = None

    async def until(self, condition: Callable[["Receiver"], bool], *, seconds: float = 10.0) -> None:
        """Returns when the condition holds; fails the test where it does not in time."""
        deadline = time.monotonic() + seconds
        while not condition(self):
            self._news.clear()
            left = deadline - time.monotonic()
            assert left > 0, (
                f"not within {seconds} s; {len(self.received)} received, {len(self.accepted)} accepted"
            )
            try:
                await asyncio.wait_for(self._news.wait(), min(left, 0.5))
            except TimeoutError:
                continue

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        self._connections += 1
        try:
            await self._converse(reader, writer, self._connections)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            writer.transport.abort()  # the client went away, or the receiver is going down
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()
            self._open.discard(task)

    async def _converse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: int
    ) -> None:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            method, path, _ = head[0].split(" ")
            headers = {
                name.lower(): value.strip()
                for name, _, value in (line.partition(":") for line in head[1:] if line)
            }
            body = await reader.readexactly(int(headers.get("content-length", "0")))
            request = Request(method, path, headers, body, time.monotonic(), connection)
            told = self.behave(request)
            reply = await told if isinstance(told, Awaitable) else told
            self.received.append(request)
            if (isinstance(reply, Reply) and 200 <= reply.status < 300) or reply == "close kept":
                self.accepted.append(request)
            self._news.set()
            if isinstance(reply, Reply):
                await _send(writer, reply)
            elif reply == "close kept":
                await _send(writer, Reply(200))
                return
            else:
                await _misbehave(writer, reply)
                return


async def _send(writer: asyncio.StreamWriter, reply: Reply) -> None:
    lines = [
        f"HTTP/1.1 {reply.status} Whatever",
        *(f"{name}: {value}" for name, value in reply.headers.items()),
    ]
    if reply.status != 204:
        lines.append(f"content-length: {len(reply.body)}")
    writer.write("\r\n".join([*lines, "", ""]).encode("latin-1") + reply.body)
    await writer.drain()


async def _misbehave(writer: asyncio.StreamWriter, trick: Trick) -> None:
    match trick:
        case "hang":
            await asyncio.sleep(3_600)
        case "garbage":
            writer.write(b"220 mail.example ESMTP ready\r\n\r\n")
        case "cut":
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf a")
        case "drip" | "drip headers":
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\nx: ")
            writer.write(b"\r\n\r\n" if trick == "drip" else b"")
            while True:
                writer.write(b".")
                await writer.drain()
                await asyncio.sleep(0.02)
        case "flood":
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000000\r\n\r\n")
            while True:
                writer.write(b"." * 65_536)
                await writer.drain()
        case _:
            return
    await writer.drain()


@contextlib.asynccontextmanager
async def receiver(
    behave: Behaviour | None = None, *, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Receiver]:
    """A receiver that listens for the length of the block."""
    started = Receiver(behave, tls=tls)
    await started.start()
    try:
        yield started
    finally:
        await started.stop()
