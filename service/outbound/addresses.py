"""Which addresses the product may connect to: only public ones, and what an operator has opened.

After the IANA special-purpose address registries (RFC 6890 and its updates). The tables are ours because the standard
library's `is_global` is true for NAT64, for multicast and for some metadata services, and differs between versions.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

import msgspec

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """What an operator opens or closes beyond the tables.

    `allowed` networks may be reached although they are not public, except on `own_ports`, where the product's own
    servers listen. `ports` None: any port.
    """

    allowed: tuple[Network, ...] = ()
    own_ports: frozenset[int] = frozenset()
    ports: frozenset[int] | None = None


PUBLIC_ONLY = Policy()


def loopback_allowed(*own_ports: int) -> Policy:
    """For development: this machine may be reached, but not the product's own servers on it."""
    return Policy(
        allowed=(IPv4Network("127.0.0.0/8"), IPv6Network("::1/128")), own_ports=frozenset(own_ports)
    )


def policy_of(allow: Sequence[str], own_ports: Sequence[int]) -> Policy:
    """The policy that an operator writes as networks (127.0.0.0/8) and ports. Raises ValueError, naming the text."""
    networks = []
    for text in allow:
        try:
            networks.append(ip_network(text))
        except ValueError as error:
            raise ValueError(f"{text!r} is no network: {error}; write one such as 127.0.0.0/8") from None
    return Policy(allowed=tuple(networks), own_ports=frozenset(own_ports))


def refusal(address: Address, port: int, policy: Policy = PUBLIC_ONLY) -> str | None:
    """Why nothing may be sent to that address and port; None where it may."""
    if policy.ports is not None and port not in policy.ports:
        return f"port {port} is not among the ports that may be used"
    if isinstance(address, IPv6Address) and address.scope_id is not None:
        return "an address with a zone is not public"
    if any(address in network for network in policy.allowed):
        return f"port {port} there is one of the service's own" if port in policy.own_ports else None
    if kind := _special(address):
        return f"{kind} is not public"
    return None


def _special(address: Address) -> str | None:
    if isinstance(address, IPv4Address):
        return next((kind for network, kind in _IPV4 if address in network), None)
    for network, kind in _IPV6:
        if address in network:
            return kind
    if address not in _GLOBAL_UNICAST:
        return "an address outside global unicast"
    if (
        int(address) >> 32
    ) & 0xFCFFFFFF == 0x00005EFE:  # RFC 5214: 0000:5efe or 0200:5efe, then an IPv4 address
        return "an ISATAP address"
    return None


_GLOBAL_UNICAST = IPv6Network("2000::/3")


def _table(*rows: tuple[str, str]) -> tuple[tuple[Network, str], ...]:
    return tuple((ip_network(network), kind) for network, kind in rows)


_IPV4 = _table(
    ("0.0.0.0/8", "the unspecified address"),
    ("10.0.0.0/8", "a private address"),
    ("100.64.0.0/10", "a carrier's shared address"),  # 100.100.100.200 is a metadata service
    ("127.0.0.0/8", "a loopback address"),
    ("168.63.129.16/32", "a metadata address"),  # in public space, but answers inside one cloud
    ("169.254.0.0/16", "a link-local address"),  # 169.254.169.254 is most clouds' metadata service
    ("172.16.0.0/12", "a private address"),
    ("192.0.0.0/24", "a protocol assignment"),  # 192.0.0.192 is a metadata service
    ("192.0.2.0/24", "a documentation address"),
    ("192.88.99.0/24", "a 6to4 relay"),
    ("192.168.0.0/16", "a private address"),
    ("198.18.0.0/15", "a benchmarking address"),
    ("198.51.100.0/24", "a documentation address"),
    ("203.0.113.0/24", "a documentation address"),
    ("224.0.0.0/4", "a multicast address"),
    ("240.0.0.0/4", "a reserved address"),
)

_IPV6 = _table(
    ("::/128", "the unspecified address"),
    ("::1/128", "a loopback address"),
    ("::/96", "an IPv4-compatible address"),
    ("::ffff:0:0/96", "an IPv4-mapped address"),
    ("::ffff:0:0:0/96", "an IPv4-translated address"),
    ("64:ff9b::/96", "a NAT64 address"),
    ("64:ff9b:1::/48", "a local NAT64 address"),
    ("100::/64", "a discard-only address"),
    ("2001::/32", "a Teredo address"),
    ("2001::/23", "a protocol assignment"),
    ("2001:db8::/32", "a documentation address"),
    ("2002::/16", "a 6to4 address"),
    ("3fff::/20", "a documentation address"),
    ("5f00::/16", "a segment routing identifier"),
    ("fc00::/7", "a private address"),
    ("fe80::/10", "a link-local address"),
    ("fec0::/10", "a site-local address"),
    ("ff00::/8", "a multicast address"),
)
