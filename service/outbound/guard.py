"""The guard: every connection that the product opens goes through `GuardedBackend.connect_tcp`.

It resolves the name, refuses it where any of its addresses is not public, and connects to the very address that was
checked, so that a name which resolves differently the next moment (DNS rebinding) gains nothing. A literal address
takes the same way.
"""

import asyncio
import ipaddress
import socket
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

import httpcore

from service.outbound.addresses import Address, Policy, refusal

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]

_AT_MOST = 4  # addresses of one name that are tried
# Resolvers of their own: names whose servers hang must not hold up what else the process does in threads.
_THREADS = ThreadPoolExecutor(max_workers=32, thread_name_prefix="resolve")


class Blocked(httpcore.ConnectError):
    """The guard refused the address."""


class Unresolved(httpcore.ConnectError):
    """The name has no address."""


async def system_resolver(host: str, port: int) -> Sequence[str]:
    """The addresses of a name as the operating system gives them, without repeats. Raises OSError."""
    found = await asyncio.get_running_loop().run_in_executor(
        _THREADS, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    )
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


async def checked_addresses(
    host: str, port: int, policy: Policy, resolve: Resolver, within: float | None
) -> list[Address]:
    """The addresses of a host that may be connected to. Raises Blocked, Unresolved, httpcore.ConnectTimeout.

    One address that is not public refuses the whole name: no honest name mixes the two.
    """
    try:
        literal = ipaddress.ip_address(host)
    except ValueError:
        try:
            async with asyncio.timeout(within):
                texts = await resolve(host, port)
        except TimeoutError:
            raise httpcore.ConnectTimeout("the name was not resolved in time") from None
        except (OSError, UnicodeError) as error:
            raise Unresolved(f"the name does not resolve: {error}") from None
        addresses = [ipaddress.ip_address(text) for text in texts]
    else:
        addresses = [literal]
    if not addresses:
        raise Unresolved("the name has no address")
    for address in addresses:
        if why := refusal(address, port, policy):
            raise Blocked(why)
    return addresses[:_AT_MOST]


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """The network as httpcore sees it: only addresses that the policy allows, no unix sockets."""

    def __init__(self, policy: Policy, resolve: Resolver) -> None:
        self._policy = policy
        self._resolve = resolve
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (httpcore's signature)
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        deadline = None if timeout is None else time.monotonic() + timeout
        addresses = await checked_addresses(host, port, self._policy, self._resolve, timeout)
        for number, address in enumerate(addresses, start=1):
            share = None
            if deadline is not None:
                share = max(0.0, deadline - time.monotonic()) / (len(addresses) - number + 1)
            try:
                return await self._network.connect_tcp(
                    str(address), port, share, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                if number == len(addresses):
                    raise
        raise AssertionError("unreachable: checked_addresses gives at least one")

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109 (httpcore's signature)
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        raise Blocked("a unix socket is not public")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
