"""The Changes as server-sent events: heard at once, resumed without a gap, ended with the key, sent away at the end."""

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import msgspec
import pytest

from events.catalogue import KeyRevoked
from events.envelope import Append, NewEvent
from events.log import Log
from service.embedded.postgres import run_apart
from service.keys import secret_hash
from tests.support.processes import comes_true
from tests.support.servers import Database
from tests.support.service import Service, serving

KILLED_AFTER = 15.0  # seconds, service/cli/serve.py
STREAM = "/v1/changes/stream"


class Event(msgspec.Struct, frozen=True):
    id: str
    data: dict[str, Any]


class Listener:
    """Reads a stream in a thread; `events` are those with data, `id` is the last one seen, as a browser has it."""

    def __init__(self, client: httpx.Client, **parameters: str) -> None:
        self.events: list[Event] = []
        self.lines: list[str] = []
        self.id = ""
        self.over = False
        self._headers = {"Last-Event-ID": parameters.pop("last", "")}
        self._stop = threading.Event()
        self._client, self._parameters = client, parameters
        self.response: httpx.Response | None = None
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with self._client.stream(
            "GET", STREAM, params=self._parameters, headers=self._headers, timeout=60
        ) as response:
            self.response = response
            data = ""
            with contextlib.suppress(httpx.HTTPError, httpx.StreamClosed):
                for line in response.iter_lines():
                    self.lines.append(line)
                    if line.startswith("id: "):
                        self.id = line[4:]
                    elif line.startswith("data: "):
                        data = line[6:]
                    elif not line and data:
                        self.events.append(Event(self.id, json.loads(data)))
                        data = ""
        self.over = True

    def ready(self) -> "Listener":
        assert comes_true(lambda: bool(self.id), within=10)
        return self

    def hears(self, count: int) -> list[Event]:
        assert comes_true(lambda: len(self.events) >= count, within=10), self.lines
        return self.events

    def ends(self) -> None:
        assert comes_true(lambda: self.over, within=10), self.lines

    def close(self) -> None:
        if self.response is not None:
            with contextlib.suppress(Exception):
                self.response.close()


@pytest.fixture
def listen(service: Service) -> Iterator[Callable[..., Listener]]:
    clients: list[httpx.Client] = []

    def make(key: str, **parameters: str) -> Listener:
        clients.append(service.client(key))
        return Listener(clients[-1], **parameters)

    yield make
    for client in clients:
        client.close()


def appoint(client: httpx.Client, company: str, person: str) -> dict[str, Any]:
    """An article with one appointment; gives its claim."""
    return say(client, f"{company} Plc has appointed {person} as chief executive officer, it said.")


def say(client: httpx.Client, text: str) -> dict[str, Any]:
    """An article, which makes a Change; gives its first claim."""
    uri = f"https://desk.example/{text}"
    sent = client.post("/v1/articles", json={"uri": uri, "text": text, "published": "2026-03-10"})
    assert sent.status_code == 201, sent.text
    claim: dict[str, Any] = sent.json()["claims"][0]
    return claim


def test_a_reader_hears_of_a_change_as_the_feed_tells_it(
    client: httpx.Client, desk_key: str, listen: Callable[..., Listener]
) -> None:
    listener = listen(desk_key).ready()

    claim = appoint(client, "Aldmouth Salt", "Edda Lunde")

    heard = listener.hears(1)[0]
    told = client.get("/v1/changes", params={"post": claim["post"]}).json()["changes"]
    assert heard.data == told[0]
    assert heard.id == told[0]["id"]
    assert listener.response is not None
    assert listener.response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert any(line.startswith("retry: ") for line in listener.lines)


def test_who_comes_back_with_the_last_id_misses_nothing_and_hears_nothing_twice(
    client: httpx.Client, desk_key: str, listen: Callable[..., Listener]
) -> None:
    first = listen(desk_key).ready()
    begin = first.id
    appoint(client, "Barrow Tin", "Ada Quill")
    seen = first.hears(1)
    first.close()
    appoint(client, "Barrow Tin", "Boris Marlow")
    appoint(client, "Calder Wool", "Carla Teller")

    second = listen(desk_key, last=first.id).ready()
    rest = second.hears(2)
    everything = listen(desk_key, last=begin, after="0.0").hears(len(seen) + len(rest))

    told = client.get("/v1/changes", params={"after": begin}).json()["changes"]
    assert [each.data for each in seen + rest] == told
    assert [each.data for each in everything] == told, "the header wins over the parameter"


@pytest.mark.parametrize("name", ["post", "person", "organization", "kind", "type"])
def test_a_filtered_reader_hears_what_the_filtered_feed_tells(
    client: httpx.Client, desk_key: str, listen: Callable[..., Listener], name: str
) -> None:
    wanted = appoint(client, f"Dunmore {name.title()}", "Dario Varga")
    value = {"kind": "appointed", "type": "holder.changed"}.get(name) or wanted[name]
    other = {"kind": "retracted", "type": "timeline.amended"}.get(name)
    begin = client.get("/v1/changes", params={"limit": 1000}).json()["next"]
    own = listen(desk_key, **{name: value}).ready()
    foreign = listen(desk_key, **{name: other or f"{name}-01unknown"}).ready()

    appoint(client, f"Elsewhere {name.title()}", "Felix Brandt")
    say(client, f"Dunmore {name.title()} Plc chief executive officer Dario Varga has resigned, it said.")
    appoint(client, f"Dunmore {name.title()}", "Edna Osten")

    told = client.get("/v1/changes", params={name: value, "after": begin}).json()
    assert told["changes"]
    assert [each.data for each in own.hears(len(told["changes"]))] == told["changes"]
    assert foreign.events == []


def test_a_filter_that_names_nothing_there_could_be_is_refused(client: httpx.Client) -> None:
    for route in ("/v1/changes", STREAM):
        for name, value in (("kind", "promoted"), ("type", "x"), ("post", "person-1"), ("person", ""),
                            ("organization", ",")):  # fmt: skip
            answer = client.get(route, params={name: value})
            assert (answer.status_code, answer.json()["field"]) == (400, name), answer.text
    ahead = client.get(STREAM, headers={"Last-Event-ID": "999999999.1"})
    assert (ahead.status_code, ahead.json()["field"]) == (422, "Last-Event-ID")
    nonsense = client.get(STREAM, params={"after": "yesterday"})
    assert (nonsense.status_code, nonsense.json()["field"]) == (400, "after")
    assert client.get(STREAM, params={"limit": "3"}).status_code == 400


def test_a_revoked_key_ends_its_streams_and_no_others(
    service: Service, client: httpx.Client, desk_key: str, listen: Callable[..., Listener]
) -> None:
    secret = service.key("read")
    doomed, other = listen(secret).ready(), listen(desk_key).ready()

    revoke(service, secret)

    doomed.ends()
    assert any("no longer valid" in line for line in doomed.lines)
    with service.client(secret) as late:
        assert late.get(STREAM).status_code == 401
    appoint(client, "Greta Glass", "Hugo Keller")
    other.hears(1)


def revoke(service: Service, secret: str) -> None:
    async def append() -> None:
        async with asyncpg.create_pool(service.database.database_url, min_size=1, max_size=3) as pool:
            log = Log(pool)
            key = await pool.fetchval("SELECT id FROM api_key WHERE secret_hash = $1", secret_hash(secret))
            await log.append(Append(events=(NewEvent(stream=key, event=KeyRevoked()),), actor="tests"))
            await log.close()

    run_apart(append())


def test_an_event_s_changes_are_never_cut_by_a_page(client: httpx.Client) -> None:
    everything = client.get("/v1/changes", params={"limit": 1000}).json()["changes"]
    after, paged = "0.0", []
    while True:
        answer = client.get("/v1/changes", params={"limit": 1, "after": after}).json()
        positions = {each["id"].split(".")[0] for each in answer["changes"]}
        assert len(positions) <= 1
        paged += answer["changes"]
        after = answer["next"]
        if not answer["more"]:
            break

    assert paged == everything
    assert client.get("/v1/changes", params={"after": after}).json() == {
        "changes": [], "next": after, "more": False,
    }  # fmt: skip


def test_when_the_service_stops_readers_are_told_to_come_back_and_hold_nothing_up(
    database: Database, redis_url: str, tmp_path: Path
) -> None:
    with serving(database, redis_url, tmp_path) as service:
        client = service.client(service.key("read"))
        listeners = [Listener(client).ready() for _ in range(3)]
        began = time.monotonic()
    took = time.monotonic() - began
    client.close()

    for listener in listeners:
        listener.ends()
        assert any("connect again" in line for line in listener.lines)
        assert sum(line.startswith("retry: ") for line in listener.lines) == 2, "with a pause of its own"
    assert took < KILLED_AFTER, "it ended by itself"
