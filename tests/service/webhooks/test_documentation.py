"""The receiver of the documentation, run word for word, and the body that it shows."""

import asyncio
import json
import os
import re
import shutil
import socket
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from events.catalogue import SubscriptionFilter, SubscriptionType, from_builtin
from service.http.subscriptions import SubscriptionBody
from service.outbound.addresses import loopback_allowed
from service.outbound.answer import Answer
from service.outbound.client import DEFAULT_TIMEOUTS, Outbound
from service.webhooks.body import CloudEvent
from service.webhooks.filters import MAX_ENTRIES
from service.webhooks.headers import MAX_HEADERS
from service.webhooks.schedule import GIVEN_UP_AFTER, MESSAGE_RETRIES, PROBES
from service.webhooks.signatures import sign, signing_key
from service.webhooks.subscribing import MOST_CONCURRENT, MOST_OF_KEY, MOST_OF_URL, MOST_PER_MINUTE
from tests.service.webhooks.world import World

PAGE = (Path(__file__).parents[3] / "docs" / "webhooks.md").read_text("utf-8")


def block(language: str) -> str:
    [found] = re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert isinstance(found, str)
    return found


_LANGUAGES: dict[str, tuple[str, Sequence[str]]] = {
    "python": ("receiver.py", (sys.executable,)),
    "ts": ("receiver.mjs", ("node",)),
}
each_language = pytest.mark.parametrize("language", _LANGUAGES)


class Running(msgspec.Struct, frozen=True):
    url: str
    output: asyncio.StreamReader


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        assert isinstance(port, int)
        return port


@asynccontextmanager
async def documented_receiver(language: str, folder: Path, port: int, secret: str) -> AsyncIterator[Running]:
    name, command = _LANGUAGES[language]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not at hand, which runs the receiver in {language}")
    program = folder / name
    program.write_text(block(language), "utf-8")
    process = await asyncio.create_subprocess_exec(
        *command,
        str(program),
        env={**os.environ, "WEBHOOK_SECRET": secret, "PORT": str(port)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        limit=2**20,
    )
    assert process.stdout is not None
    try:
        for _ in range(200):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                await writer.wait_closed()
                break
        yield Running(f"http://127.0.0.1:{port}/", process.stdout)
    finally:
        process.kill()
        await process.communicate()


@each_language
async def test_the_documented_receiver_prints_what_is_delivered(
    world: World, tmp_path: Path, language: str
) -> None:
    port = free_port()
    subscription = await world.subscribe(f"http://127.0.0.1:{port}/")
    async with (
        documented_receiver(language, tmp_path, port, world.secrets[subscription]) as running,
        world.delivering(),
    ):
        [change] = await world.change("post-1")
        line = await asyncio.wait_for(running.output.readline(), 10)
        event = json.loads(line)
        assert event["data"]["change"] == change
        assert event["data"]["after"][0]["person"]["name"] == "Ada Ström"
    assert await world.states(subscription) == {change: "delivered"}


@each_language
async def test_the_documented_receiver_refuses_what_is_tampered_with_late_or_another_senders(
    tmp_path: Path, language: str
) -> None:
    secret, port = "whsec_" + "QUJD" * 8, free_port()
    now, body = int(time.time()), b'{"a": 1}'
    good = sign([signing_key(secret)], "m-1", now, body)
    rotated = sign([signing_key("whsec_" + "REVG" * 8), signing_key(secret)], "m-1", now, body)
    other = sign([signing_key("whsec_" + "REVG" * 8)], "m-1", now, body)
    late = sign([signing_key(secret)], "m-1", now - 301, body)
    cases = [
        (good, body, 204),
        (rotated, body, 204),
        (good, b'{"a": 2}', 401),
        ({**good, "webhook-id": "m-2"}, body, 401),
        ({**good, "webhook-timestamp": str(now - 1)}, body, 401),
        (other, body, 401),
        (late, body, 401),
    ]
    outbound = Outbound(loopback_allowed())
    async with documented_receiver(language, tmp_path, port, secret) as running:
        for headers, sent, expected in cases:
            outcome = await outbound.send("POST", running.url, headers, sent)
            assert isinstance(outcome, Answer)
            assert outcome.status == expected, headers
        unsigned = await outbound.send("POST", running.url, {}, body)
        assert not (isinstance(unsigned, Answer) and 200 <= unsigned.status < 300)
    await outbound.close()


def test_the_body_that_the_page_shows_is_one_that_we_send() -> None:
    shown = block("json")
    decoder = msgspec.json.Decoder(CloudEvent, dec_hook=from_builtin, strict=True)
    event = decoder.decode(shown.encode())
    assert "." not in event.id
    assert set(json.loads(shown)) == set(CloudEvent.__struct_fields__)
    assert set(json.loads(shown)["data"]) == set(type(event.data).__struct_fields__)


def test_the_page_names_the_schedule_that_is_kept() -> None:
    *probes, last_probe = (f"{seconds:g}" for seconds in PROBES)
    assert f"after {', '.join(probes)} and {last_probe} s, then every {last_probe} s for an hour" in PAGE
    seconds, minutes, half_hour, hours = MESSAGE_RETRIES
    assert f"after {seconds:g} s, {minutes / 60:g} min, {half_hour / 60:g} min and {hours / 3600:g} h" in PAGE
    assert f"has not come after {DEFAULT_TIMEOUTS.first_byte:g} seconds" in PAGE


def test_the_page_names_every_type_filter_and_bound_that_there_is() -> None:
    for type in get_args(SubscriptionType):
        assert f"| `{type}` |" in PAGE
    for name in (*SubscriptionFilter.__struct_fields__, *SubscriptionBody.__struct_fields__):
        assert f"`{name}`" in PAGE
    for bound in (
        f"may have {MOST_OF_KEY} subscriptions, a URL {MOST_OF_URL},",
        f"after {GIVEN_UP_AFTER.days} days the subscription is disabled",
        f"1 to {MOST_PER_MINUTE}",
        f"1 to {MOST_CONCURRENT}",
        f"{MAX_HEADERS} at most",
        f"takes {MAX_ENTRIES} entries",
    ):
        assert bound in PAGE
