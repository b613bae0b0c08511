"""The outermost layer by itself, around applications that fail in every way."""

import asyncio
from typing import Any

import msgspec
import pytest

from service.http import edge
from service.http.edge import Edge


async def asked(
    app: Any, *messages: dict[str, Any], headers: Any = (), https: bool = False
) -> list[dict[str, Any]]:
    """What the layer sends for one request around the application, which hears the messages one by one."""
    sent: list[dict[str, Any]] = []
    waiting = list(messages)

    async def receive() -> Any:
        if not waiting:
            await asyncio.Event().wait()
        return waiting.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    scope: Any = {"type": "http", "method": "POST", "path": "/x", "raw_path": b"/x", "query_string": b"",
                  "headers": list(headers)}  # fmt: skip
    await Edge(app, https=https)(scope, receive, send)
    return sent


def problem(sent: list[dict[str, Any]]) -> dict[str, Any]:
    start, body = sent
    told: dict[str, Any] = msgspec.json.decode(body["body"])
    assert told["status"] == start["status"]
    assert (b"x-request-id", told["request_id"].encode()) in start["headers"]
    return told


async def answer(send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"cache-control", b"private")]})
    await send({"type": "http.response.body", "body": b"{}", "more_body": False})


def body(content: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": content, "more_body": more}


async def test_a_failure_is_told_without_a_word_of_what_it_was(caplog: pytest.LogCaptureFixture) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise ValueError("the vault's number is 4711")

    told = problem(await asked(app))

    assert told["type"] == "/problems/internal"
    assert "4711" not in str(told)
    assert "4711" in caplog.text


async def test_a_failure_in_the_middle_of_an_answer_adds_nothing_to_it() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await answer(send)
        raise ValueError

    start, _ = await asked(app)

    assert start["status"] == 200


async def test_an_answer_that_does_not_come_is_given_up_and_a_stream_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(edge, "ANSWER_WITHIN", 0.1)

    async def never(scope: Any, receive: Any, send: Any) -> None:
        await asyncio.Event().wait()

    async def stream(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await asyncio.sleep(0.3)
        await send({"type": "http.response.body", "body": b"late", "more_body": False})

    assert problem(await asked(never))["type"] == "/problems/not-ready"
    assert (await asked(stream))[-1]["body"] == b"late"


async def test_a_body_that_stops_coming_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "BODY_GRACE", 0.1)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await receive()

    told = problem(await asked(app, body(b"{", more=True)))

    assert told["type"] == "/problems/too-slow"


async def test_a_body_in_pieces_arrives_as_one_and_then_who_leaves_is_heard() -> None:
    heard: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        heard.extend([await receive(), await receive()])
        await answer(send)

    gone = {"type": "http.disconnect"}
    await asked(app, body(b"ab", more=True), body(b"", more=True), body(b"c"), gone)

    assert heard == [body(b"abc"), gone]


async def test_what_an_answer_says_itself_stands() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await answer(send)

    start, _ = await asked(app, https=True)
    headers = dict(start["headers"])

    assert headers[b"cache-control"] == b"private"
    assert b"strict-transport-security" in headers
    assert len(headers) == len(start["headers"])
