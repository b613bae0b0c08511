"""The one HTTP client: what comes of a request is a value, in bounded time and memory."""

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from service.outbound.addresses import loopback_allowed
from service.outbound.answer import Answer, Failure
from service.outbound.client import MAX_ANSWER, Outbound, Timeouts
from tests.support.receiver import Receiver, Reply, Request, Trick, receiver

QUICK = Timeouts(connect=0.5, write=0.5, first_byte=0.3, whole=0.8, body=0.2)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def outbound() -> AsyncIterator[Outbound]:
    client = Outbound(loopback_allowed(), timeouts=QUICK)
    yield client
    await client.close()


@pytest_asyncio.fixture(loop_scope="module")
async def listening() -> AsyncIterator[Receiver]:
    async with receiver() as started:
        yield started


async def test_the_request_arrives_as_it_was_given(outbound: Outbound, listening: Receiver) -> None:
    listening.behave = lambda _: Reply(201, {"Retry-After": "7"}, b"thanks")
    outcome = await outbound.send("POST", listening.url, {"x-one": "1"}, "häk".encode())
    assert isinstance(outcome, Answer)
    assert (outcome.status, outcome.body, outcome.retry_after) == (201, b"thanks", "7")
    [request] = listening.received
    assert (request.method, request.path, request.body) == ("POST", "/hook?a=1", "häk".encode())
    assert request.headers == {"host": f"127.0.0.1:{listening.port}", "x-one": "1", "content-length": "4"}
    timings = outcome.timings
    assert timings.connected is not None
    assert timings.sent is not None
    assert timings.first_byte is not None
    assert 0 < timings.connected <= timings.sent <= timings.first_byte <= timings.total


async def test_a_connection_is_kept(outbound: Outbound, listening: Receiver) -> None:
    for _ in range(3):
        await outbound.send("POST", listening.url, {}, b"")
    assert len({request.connection for request in listening.received}) == 1


@pytest.mark.parametrize("status", [204, 302, 307, 400, 410, 500])
async def test_any_status_is_an_answer_and_no_redirect_is_followed(
    outbound: Outbound, listening: Receiver, status: int
) -> None:
    listening.behave = lambda _: Reply(status, {"Location": listening.url})
    outcome = await outbound.send("POST", listening.url, {}, b"")
    assert isinstance(outcome, Answer)
    assert outcome.status == status
    assert len(listening.received) == 1


@pytest.mark.parametrize(
    ("trick", "kind"),
    [("hang", "timeout"), ("close", "closed"), ("garbage", "answer"), ("drip headers", "timeout")],
)
async def test_what_is_no_answer_is_told_apart(
    outbound: Outbound, listening: Receiver, trick: Trick, kind: str
) -> None:
    listening.behave = lambda _: trick
    began = time.monotonic()
    outcome = await outbound.send("POST", listening.url, {}, b"")
    assert isinstance(outcome, Failure)
    assert outcome.kind == kind
    assert outcome.why
    assert time.monotonic() - began < 1.5


@pytest.mark.parametrize("trick", ["cut", "drip", "flood"])
async def test_a_status_counts_whatever_becomes_of_the_body(
    outbound: Outbound, listening: Receiver, trick: Trick
) -> None:
    listening.behave = lambda _: trick
    began = time.monotonic()
    outcome = await outbound.send("POST", listening.url, {}, b"")
    assert isinstance(outcome, Answer)
    assert outcome.status == 200
    assert 0 < len(outcome.body) <= MAX_ANSWER
    assert time.monotonic() - began < 1.0


async def test_a_kept_connection_that_the_other_side_closed_is_no_failure(
    outbound: Outbound, listening: Receiver
) -> None:
    listening.behave = lambda _: "close kept"
    for _ in range(5):
        assert isinstance(await outbound.send("POST", listening.url, {}, b""), Answer)
    assert len(listening.accepted) >= 5


async def test_nobody_listening_is_a_failure_to_connect(outbound: Outbound, listening: Receiver) -> None:
    await listening.stop()
    outcome = await outbound.send("POST", listening.url, {}, b"")
    assert isinstance(outcome, Failure)
    assert outcome.kind == "connect"


async def test_a_resolver_that_hangs_is_a_failure_in_bounded_time() -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        await asyncio.sleep(60)
        return []

    outcome = await Outbound(timeouts=QUICK, resolve=resolve).send("POST", "http://slow.example/", {}, b"")
    assert isinstance(outcome, Failure)
    assert outcome.kind == "connect"


@pytest.mark.parametrize(
    "headers",
    [
        {"x-one": "1\r\nx-two: 2"},
        {"x-one": "1\n"},
        {"x-one\r\n": "1"},
        {"": "1"},
        {"x one": "1"},
        {"x-one": "ü"},
    ],
)
async def test_a_header_cannot_smuggle_another(
    outbound: Outbound, listening: Receiver, headers: dict[str, str]
) -> None:
    with pytest.raises(ValueError, match="header"):
        await outbound.send("POST", listening.url, headers, b"")
    assert listening.received == []


async def test_no_proxy_is_taken_from_the_environment(
    outbound: Outbound, listening: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert isinstance(await outbound.send("POST", listening.url, {}, b""), Answer)


async def test_many_endpoints_do_not_pile_up(outbound: Outbound) -> None:
    async with receiver() as listening:
        for n in range(300):
            url = f"http://127.0.{n // 250}.{n % 250 + 1}:{listening.port}/"
            await outbound.send("POST", url, {}, b"")
        assert len(outbound.origins) <= 256


async def test_waiting_for_a_connection_to_a_busy_origin_is_not_the_origins_fault() -> None:
    async def slow(request: Request) -> Reply:
        await asyncio.sleep(0.3)
        return Reply(204)

    outbound = Outbound(loopback_allowed(), timeouts=Timeouts(connect=1.0, first_byte=1.0, whole=1.2))
    async with receiver(
        slow
    ) as listening:  # 64 at a time: the last ones wait for longer than the whole limit
        outcomes = await asyncio.gather(*(outbound.send("POST", listening.url, {}, b"") for _ in range(320)))
        assert [outcome for outcome in outcomes if isinstance(outcome, Failure)] == []
        await outbound.close()


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """What a server that has a certificate for the name serves with, and what trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    pem.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(pem)
    return serving, ssl.create_default_context(cadata=made.public_bytes(serialization.Encoding.PEM).decode())


async def test_tls_is_verified_for_the_name_though_the_address_is_connected_to(tmp_path: Path) -> None:
    async def resolve(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    serving, trust = certificate(tmp_path, "hook.example")
    async with receiver(tls=serving) as listening:
        trusting = Outbound(loopback_allowed(), timeouts=QUICK, resolve=resolve, trust=trust)
        good = await trusting.send("POST", f"https://hook.example:{listening.port}/", {}, b"")
        assert isinstance(good, Answer)
        for client, name in ((trusting, "other.example"), (trusting, "127.0.0.1")):
            bad = await client.send("POST", f"https://{name}:{listening.port}/", {}, b"")
            assert isinstance(bad, Failure)
            assert bad.kind == "tls"
        stranger = Outbound(loopback_allowed(), timeouts=QUICK, resolve=resolve)
        bad = await stranger.send("POST", f"https://hook.example:{listening.port}/", {}, b"")
        assert isinstance(bad, Failure)
        assert bad.kind == "tls"
        assert len(listening.received) == 1
        await trusting.close()
        await stranger.close()
