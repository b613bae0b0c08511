"""The guard: nothing that is not public is connected to, however it is written."""

import ipaddress
import socket
from collections.abc import AsyncIterator, Sequence

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from service.outbound.addresses import PUBLIC_ONLY, Policy, loopback_allowed, policy_of, refusal
from service.outbound.answer import Failure
from service.outbound.client import Outbound
from service.outbound.guard import Blocked
from service.outbound.urls import InvalidUrl, target_of
from tests.support.dns import name_server
from tests.support.receiver import receiver

NOT_PUBLIC = [
    # IPv4
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "100.127.255.255",
    "127.0.0.1", "127.0.0.53", "127.255.255.254", "168.63.129.16", "169.254.0.1", "169.254.169.254",
    "169.254.170.2", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1",
    "192.168.0.1", "192.168.255.255", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9",
    "224.0.0.1", "224.0.0.251", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    # IPv6
    "::", "::1", "::2", "::7f00:1", "::127.0.0.1", "::169.254.169.254", "::8.8.8.8",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::ffff:8.8.8.8", "::ffff:0:7f00:1",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::169.254.169.254", "64:ff9b::8.8.8.8", "64:ff9b:1::a00:1", "64:ff9b:1:ffff::1",
    "100::1", "100:0:0:1::1", "2001::1", "2001:0:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1",
    "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "2002:808:808::1",
    "3fff::1", "4000::1", "5f00::1", "8000::1", "fc00::1", "fd00:ec2::254", "fd20:ce::254", "fdff::1",
    "fe80::1", "fe80::1%eth0", "febf::1", "fec0::1", "ff02::1", "ff0e::1",
    "2600:1f18::5efe:7f00:1", "2600:1f18::200:5efe:a00:1", "2600:1f18::200:5efe:808:808",
    "2600:1f18::1%1",
]  # fmt: skip

# Every way in which an IPv6 address can hold an IPv4 one, for every kind of inner address.
INNER = [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.5.5", "192.0.0.192", "192.168.1.1",
    "224.0.0.1", "255.255.255.255",
]  # fmt: skip
HOLDING = {
    "compatible": "::{dotted}",
    "mapped": "::ffff:{dotted}",
    "mapped, in hex": "::ffff:{hex}",
    "translated": "::ffff:0:{dotted}",
    "NAT64": "64:ff9b::{dotted}",
    "NAT64, in hex": "64:ff9b::{hex}",
    "local NAT64": "64:ff9b:1::{dotted}",
    "local NAT64 of another network": "64:ff9b:1:abcd::{hex}",
    "6to4": "2002:{hex}::1",
    "6to4 with a subnet": "2002:{hex}:ffff::5",
    "Teredo server": "2001:0:{hex}::",
    "Teredo client": "2001:0:4136:e378:8000:63bf:{inverted}",
    "ISATAP": "2600:1f18::5efe:{dotted}",
    "ISATAP, globally unique": "2600:1f18::200:5efe:{hex}",
    "ISATAP, group": "2600:1f18::100:5efe:{hex}",
}
EMBEDDED = [(form, inner) for form in HOLDING for inner in INNER]


def holding(form: str, inner: str) -> ipaddress.IPv6Address:
    """The IPv6 address that holds the IPv4 one in that form."""
    high, low = divmod(int(ipaddress.IPv4Address(inner)), 65_536)
    inverted = f"{high ^ 0xFFFF:x}:{low ^ 0xFFFF:x}"
    return ipaddress.IPv6Address(
        HOLDING[form].format(dotted=inner, hex=f"{high:x}:{low:x}", inverted=inverted)
    )


PUBLIC = [
    "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
    "128.0.0.1", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0", "198.17.255.255",
    "198.20.0.0", "223.255.255.255", "2001:200::1", "2001:4860:4860::8888", "2600:1f18::1", "2a00:1450::5eff:1",
    "2606:4700:4700::1111",
]  # fmt: skip

# Ways in which a URL can name this machine; what the parser lets by, the check of the resolved address catches.
LOOPBACK_URLS = [
    "http://127.0.0.1/", "http://127.1/", "http://127.0.1/", "http://2130706433/", "http://0x7f000001/",
    "http://0x7f.0.0.1/", "http://0177.0.0.1/", "http://017700000001/", "http://127.0.0.1./", "http://0/",
    "http://localhost/", "http://LOCALHOST/", "http://localhost./", "http://[::1]/", "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[::127.0.0.1]/", "http://[fe80::1%25lo]/",
    "http://[::1%25lo]/", "http://127。0。0。1/", "http://①②⑦.⓪.⓪.①/", "http://１２７.0.0.1/",
    "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/", "http://127.0.0.1%2f@example.org/", "http://example.org@127.0.0.1/",
    "http://example.org%40127.0.0.1/", "http://127.0.0.1\\@example.org/", "http://[64:ff9b::7f00:1]/",
    "http:127.0.0.1/", "http:///127.0.0.1/", "//127.0.0.1/",
]  # fmt: skip


@pytest.mark.parametrize("text", NOT_PUBLIC)
def test_what_is_not_public_is_refused_with_its_kind(text: str) -> None:
    assert refusal(ipaddress.ip_address(text), 443)


@pytest.mark.parametrize(("form", "inner"), EMBEDDED)
def test_no_address_is_a_way_around_through_another(form: str, inner: str) -> None:
    assert refusal(holding(form, inner), 443)


@pytest.mark.parametrize("text", PUBLIC)
def test_what_is_public_is_not(text: str) -> None:
    assert refusal(ipaddress.ip_address(text), 443) is None


@given(st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)))
def test_nothing_that_the_standard_library_calls_private_is_let_through(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    if refusal(address, 443) is None:
        assert address.is_global
        assert not address.is_multicast


@pytest.mark.parametrize("text", ["127.0.0.1", "127.8.9.10", "::1"])
def test_loopback_opened_for_development_keeps_the_services_own_ports_shut(text: str) -> None:
    policy = loopback_allowed(8000, 5432)
    address = ipaddress.ip_address(text)
    assert refusal(address, 9000, policy) is None
    assert refusal(address, 5432, policy)
    assert refusal(address, 9000, PUBLIC_ONLY)


@pytest.mark.parametrize(
    "text", ["0.0.0.0", "::", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "10.0.0.1", "::1%lo"]
)
def test_loopback_opened_opens_nothing_else(text: str) -> None:
    assert refusal(ipaddress.ip_address(text), 9000, loopback_allowed(8000))


def test_ports_can_be_limited() -> None:
    policy = Policy(ports=frozenset({443}))
    assert refusal(ipaddress.ip_address("1.1.1.1"), 443, policy) is None
    assert refusal(ipaddress.ip_address("1.1.1.1"), 22, policy)


def test_an_operators_networks_are_read_and_a_wrong_one_is_named() -> None:
    assert policy_of(["127.0.0.0/8", "::1/128"], [8000]) == loopback_allowed(8000)
    with pytest.raises(ValueError, match=r"'127\.0\.0\.1/8' is no network"):
        policy_of(["127.0.0.1/8"], [])


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def outbound() -> AsyncIterator[Outbound]:
    """The client as it is in production: nothing but public addresses."""
    client = Outbound()
    yield client
    await client.close()


@pytest.mark.parametrize("url", LOOPBACK_URLS)
async def test_no_spelling_of_this_machine_gets_through(outbound: Outbound, url: str) -> None:
    with pytest.raises(InvalidUrl):
        await outbound.check(url)
    outcome = await outbound.send("POST", url, {}, b"")
    assert isinstance(outcome, Failure)
    assert outcome.kind in ("blocked", "resolve")


@pytest.mark.parametrize(
    ("url", "advice"),
    [
        ("", "https://example.org/hook"),
        ("hook", "must start with https://"),
        ("ftp://example.org/", "must start with https://"),
        ("file:///etc/passwd", "must start with https://"),
        ("https://", "no host name"),
        ("https://user:secret@example.org/", "leave them out"),
        ("https://@example.org/", "leave them out"),
        ("https://example.org/#part", "leave out #"),
        ("https://example.org:0/", "no port 0"),
        ("https://example.org:99999/", "no port 99999"),
        ("https://example.org/\r\nx-injected: 1", "line break"),
        ("https://example.org/a b", "percent-encode"),
        ("https://example.org/\x00", "control character"),
        ("https://example.org/\u200b", "control character"),
        ("https://exa mple.org/", "percent-encode"),
        ("https://exam_ple-.org-/", "no host name"),
        ("https://-/", "no host name"),
        ("https://example.org\\.evil.example/", "backslash"),
        ("https://[::1/", "no URL"),
        ("https://1.2.3.4.5.6.7.8.9%00/", "no host name"),
        ("https://xn--a/\ud800", "control character"),
        ("https://" + "a" * 254 + "/", "no host name"),
        ("https://example.org/" + "a" * 2_000, "at most 2000"),
        ("http://10.0.0.1/", "reached from the internet"),
    ],
)
def test_a_bad_url_is_refused_with_what_to_do(url: str, advice: str) -> None:
    with pytest.raises(InvalidUrl, match=advice):
        target_of(url)


def test_a_good_url_is_taken_apart_once() -> None:
    target = target_of("https://Bücher.example:8443/häk?q=ü&b=%20")
    assert (target.scheme, target.host, target.port) == ("https", "xn--bcher-kva.example", 8443)
    assert target.path == "/h%C3%A4k?q=%C3%BC&b=%20"
    assert target.authority == "xn--bcher-kva.example:8443"
    assert target_of("http://example.org").path == "/"
    assert target_of("http://example.org:80/").authority == "example.org"
    assert target_of("http://[2606:4700:4700::1111]:81/").authority == "[2606:4700:4700::1111]:81"


def resolving(*answers: Sequence[str]) -> tuple[list[str], Outbound]:
    """A client whose resolver gives the answers in turn, and the names that it was asked for."""
    asked: list[str] = []
    turn = iter(answers)

    async def resolve(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return next(turn)

    return asked, Outbound(loopback_allowed(8000), resolve=resolve)


async def test_a_name_that_resolves_elsewhere_the_next_moment_gains_nothing() -> None:
    async with receiver() as listening:
        url = f"http://rebinding.example:{listening.port}/"
        asked, outbound = resolving(["127.0.0.1"], ["10.0.0.1"], ["127.0.0.1"])
        await outbound.check(url)
        outcome = await outbound.send("POST", url, {}, b"")
        assert isinstance(outcome, Failure)
        assert outcome.kind == "blocked"
        assert listening.received == []
        assert not isinstance(await outbound.send("POST", url, {}, b""), Failure)
        assert len(asked) == 3, "each connection resolves once, and goes where that said"
        await outbound.close()


@pytest.mark.parametrize(
    "second", ["10.0.0.1", "169.254.169.254", "64:ff9b::7f00:1", "::ffff:127.0.0.1", "0.0.0.0", "fe80::1"]
)
async def test_a_name_server_that_rebinds_gets_nothing_that_is_not_public(second: str) -> None:
    name = "rebinding.example"
    async with receiver() as listening, name_server() as names:
        names.answer(name, ["127.0.0.1"], [second], ["127.0.0.1", second], ["127.0.0.1"])
        outbound = Outbound(loopback_allowed(8000), resolve=names.resolve)
        url = f"http://{name}:{listening.port}/"
        await outbound.check(url)

        for _ in range(2):
            outcome = await outbound.send("POST", url, {}, b"")
            assert isinstance(outcome, Failure)
            assert outcome.kind == "blocked"
        assert listening.received == []
        last = await outbound.send("POST", url, {}, b"")

        assert not isinstance(last, Failure)
        assert names.asked == [name] * 4
        await outbound.close()


async def test_one_address_that_is_not_public_refuses_the_whole_name() -> None:
    _, outbound = resolving(["1.1.1.1", "169.254.169.254"])
    with pytest.raises(InvalidUrl, match="link-local"):
        await outbound.check("https://mixed.example/")


async def test_a_name_without_an_address_is_refused_with_what_to_do() -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(InvalidUrl, match="give a name that resolves"):
        await Outbound(resolve=resolve).check("https://nowhere.example/")


async def test_there_is_no_way_round_by_a_unix_socket(outbound: Outbound) -> None:
    with pytest.raises(Blocked):
        await outbound.backend.connect_unix_socket("/run/some.sock")
