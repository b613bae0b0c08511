"""Hostile, broken and slow clients over raw sockets: each is told off or dropped, and nobody else notices."""

import contextlib
import gzip
import re
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import asyncpg
import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.embedded.postgres import run_apart
from service.http.edge import BODY_GRACE, DEEPEST, MOST_HEADERS
from service.http.nesting import is_deeper
from tests.service.test_bad_input import JSON, is_helpful
from tests.support.service import Service

AN_ARTICLE = {"uri": "https://e.example/1", "text": "President Ida Marsh of Norland spoke."}


@contextlib.contextmanager
def connection(service: Service) -> Iterator[socket.socket]:
    address = urlsplit(service.url)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=60) as opened:
        yield opened


def answered(opened: socket.socket) -> bytes:
    """All that comes until the other side closes."""
    parts = []
    with contextlib.suppress(ConnectionResetError):
        while part := opened.recv(65_536):
            parts.append(part)
    return b"".join(parts)


def raw(service: Service, request: bytes) -> bytes:
    with connection(service) as opened:
        opened.sendall(request)
        return answered(opened)


def get(path: bytes, *headers: bytes) -> bytes:
    lines = (b"GET " + path + b" HTTP/1.1", b"Host: x", b"Connection: close", *headers)
    return b"\r\n".join(lines) + b"\r\n\r\n"


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def test_every_answer_carries_an_id_and_the_security_headers(service: Service, client: httpx.Client) -> None:
    answers = [
        client.get("/v1/board"),
        client.get("/v1/nowhere"),
        client.get("/health/live"),
        client.post("/v1/articles", content=b"{", headers=JSON),
        client.head("/v1/board"),
    ]

    ids = {answer.headers["x-request-id"] for answer in answers}
    assert len(ids) == len(answers)
    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "cache-control" in answer.headers
        assert "strict-transport-security" not in answer.headers
    assert answers[1].json()["request_id"] == answers[1].headers["x-request-id"]


@pytest.mark.parametrize(
    ("given_id", "taken"),
    [
        ("trace-1.2:3/4", True),
        ("x" * 100, True),
        ("x" * 101, False),
        ("", False),
        ("two words", False),
        ("a\u00e9", False),
        ("<script>", False),
    ],
)
def test_a_request_keeps_its_own_id_if_it_is_a_sane_one(
    client: httpx.Client, given_id: str, taken: bool
) -> None:
    headers = {b"X-Request-Id": given_id.encode("latin-1")}
    answer = client.get("/v1/nowhere", headers=headers)

    assert (answer.headers["x-request-id"] == given_id) is taken
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


@pytest.mark.parametrize(
    "path",
    [
        b"/v1/../v1/board", b"//v1/board", b"/v1//board", b"/v1/posts/..%2fboard", b"/v1/posts/%2e%2e/board",
        b"/v1/posts/a%00b", b"/v1/posts/a%0d%0aX-Evil:%20b", b"/v1\\board", b"/v1/posts/%5cboard", b"/v1/./board",
    ],
)  # fmt: skip
def test_a_path_that_plays_tricks_leads_nowhere(service: Service, path: bytes) -> None:
    answer = raw(service, get(path))

    assert status(answer) == 404
    assert b"application/problem+json" in answer
    assert b"X-Evil" not in answer.partition(b"\r\n\r\n")[0]


@pytest.mark.parametrize(
    "path", [b"/v1/posts/%ff", b"/v1/posts?q=%ff", b"/v1/posts?q=%c3%28", b"/v1/posts/%e2%82"]
)
def test_an_address_that_is_not_utf8_is_refused(service: Service, path: bytes) -> None:
    answer = raw(service, get(path))

    assert status(answer) == 400
    assert b"/problems/bad-request" in answer


@pytest.mark.parametrize(
    "headers",
    [
        [b"X-Big: " + b"a" * (MOST_HEADERS + 1)],
        [b"X-%d: " % n + b"a" * 500 for n in range(60)],
        [b"X-%d: a" % n for n in range(300)],
        [b"X-Big: " + b"a" * 1_000_000],
    ],
    ids=["one", "many", "very many", "huge"],
)
def test_headers_beyond_measure_are_refused(service: Service, headers: list[bytes]) -> None:
    answer = raw(service, get(b"/health/live", *headers))

    # A client that is cut off while it is still sending may never see the answer.
    assert answer == b"" or status(answer) == 431


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n folded: c\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA b: c\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA: b\x00c\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /v1/articles HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcde",
        b"POST /v1/articles HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/articles HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
)
def test_what_is_no_http_is_dropped(service: Service, request_: bytes) -> None:
    answer = raw(service, request_)

    assert answer == b"" or 400 <= status(answer) < 500
    assert b"Traceback" not in answer


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "gzip, gzip"])
def test_a_compressed_body_is_refused_unread(client: httpx.Client, encoding: str) -> None:
    bomb = gzip.compress(b"x" * 10_000_000)
    answer = client.post("/v1/articles", content=bomb, headers={**JSON, "Content-Encoding": encoding})

    is_helpful(answer, 415, "unsupported-encoding")
    assert answer.headers["accept-encoding"] == "identity"


def test_what_routes_take_differs(service: Service, client: httpx.Client) -> None:
    long = b'{"url": "https://x.example/' + b"x" * 300_000 + b'"}'
    is_helpful(client.post("/v1/subscriptions", content=long, headers=JSON), 413, "too-large")

    def parts() -> Iterator[bytes]:
        for _ in range(60):
            yield b"x" * 100_000

    with contextlib.suppress(httpx.WriteError):  # it may hear no more of us before we have sent all
        is_helpful(client.post("/v1/articles", content=parts(), headers=JSON), 413, "too-large")
    assert client.get("/health/live").status_code == 200


@pytest.mark.parametrize("path", ["/v1/articles", "/v1/subscriptions", "/v1/checks"])
@pytest.mark.parametrize("shape", [b"[%s]", b'{"a":%s}'])
def test_json_that_is_nested_too_deep_is_refused(client: httpx.Client, path: str, shape: bytes) -> None:
    body = b"1"
    for _ in range(DEEPEST + 1):
        body = shape % body

    problem = is_helpful(client.post(path, content=body, headers=JSON), 400, "bad-body")

    assert "nested" in problem["detail"]


@given(
    st.recursive(
        st.none() | st.text(st.sampled_from('[]{}"\\a'), max_size=6),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=40,
    ),
    st.integers(1, 8),
)
def test_the_depth_of_json_is_told_without_reading_it(value: object, levels: int) -> None:
    def depth(value: object) -> int:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
        return 0 if inner is None else 1 + max(map(depth, inner), default=0)

    assert is_deeper(msgspec.json.encode(value), levels) == (depth(value) > levels)


@pytest.mark.slow
def test_slow_clients_are_dropped_and_hold_up_nobody(service: Service, client: httpx.Client) -> None:
    """One that says nothing, one that trickles its headers, one its body; each is gone when its time is over."""
    began = time.monotonic()
    with connection(service) as silent, connection(service) as headers, connection(service) as body:
        headers.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\n")
        secret = client.headers["authorization"].encode()
        body.sendall(
            b"POST /v1/articles HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Authorization: " + secret + b"\r\nContent-Length: 1000\r\n\r\n{"
        )
        gone: dict[str, bytes] = {}
        named = {"silent": silent, "headers": headers, "body": body}
        for opened in named.values():
            opened.settimeout(0.05)
        while len(gone) < len(named):
            assert time.monotonic() - began < 60
            for name, opened in named.items():
                if name not in gone and (told := _told(opened, trickle=name != "silent")) is not None:
                    gone[name] = told
            assert client.get("/health/live").status_code == 200
            time.sleep(0.3)

    assert b" 408 " in gone["body"].partition(b"\r\n")[0]
    assert b"/problems/too-slow" in gone["body"]
    print(f"all were gone after {time.monotonic() - began:.1f} s; a body has {BODY_GRACE} s to begin")


def _told(opened: socket.socket, *, trickle: bool) -> bytes | None:
    """What a client is told at the end; None while it is still being listened to."""
    try:
        if trickle:
            opened.sendall(b"a")
        return answered(opened) or b""
    except TimeoutError:
        return None
    except OSError:
        return b""


def test_an_error_in_one_request_hurts_no_other_and_shows_nothing_of_the_house(
    service: Service, client: httpx.Client
) -> None:
    """A table is taken away under one route, while others are asked on the same connection and beside it."""

    async def rename(before: str, after: str) -> None:
        connection = await asyncpg.connect(service.database.admin_url)
        try:
            await connection.execute(f"ALTER TABLE {before} RENAME TO {after}")
        finally:
            await connection.close()

    article = client.post("/v1/articles", json=AN_ARTICLE).json()["article"]["id"]
    run_apart(rename("subscription", "subscription_away"))
    try:
        for _ in range(5):
            broken = client.get("/v1/subscriptions")
            problem = is_helpful(broken, 500, "internal")
            assert "subscription" not in problem["detail"]
            assert client.get(f"/v1/articles/{article}").status_code == 200
    finally:
        run_apart(rename("subscription_away", "subscription"))

    log = (service.data / "service.log").read_text("utf-8")
    assert re.search(rf"ERROR .* \[{re.escape(problem['request_id'])}\]: ", log), "the log names the request"
    assert client.get("/v1/subscriptions").status_code == 200
