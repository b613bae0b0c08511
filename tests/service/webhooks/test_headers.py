"""A subscriber's own headers, its rate, and how many requests it takes at a time."""

import asyncio
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.outbound.addresses import loopback_allowed
from service.outbound.client import Outbound
from service.webhooks.headers import MAX_HEADERS, BadHeader, checked
from tests.service.webhooks.world import World, changes_of
from tests.support.receiver import Reply, Request, receiver


@pytest.mark.parametrize(
    ("headers", "advice"),
    [
        ({"X-Token": "a\r\nHost: evil"}, "a line break would start another header"),
        ({"X-Token": "a\nb"}, "printable ASCII"),
        ({"X-Token": "a\0b"}, "printable ASCII"),
        ({"X-Token": "café"}, "printable ASCII"),
        ({"X-Token": " a"}, "without a space at either"),
        ({"X-Token": ""}, "1 to 2000"),
        ({"X-Token": "a" * 2_001}, "1 to 2000"),
        ({"X-Token\r\nHost": "a"}, "no header name"),
        ({"X Token": "a"}, "no header name"),
        ({"": "a"}, "no header name"),
        ({"X:": "a"}, "no header name"),
        ({"Connection": "close"}, "belongs to the connection"),
        ({"TRANSFER-ENCODING": "chunked"}, "belongs to the connection"),
        ({"Proxy-Authorization": "Basic eA=="}, "belongs to the connection"),
        ({"Host": "evil.example"}, "the service sets itself"),
        ({"content-length": "0"}, "the service sets itself"),
        ({"Webhook-Signature": "v1,AAAA"}, "the service sets itself"),
        ({"webhook-anything": "1"}, "the service sets itself"),
        ({"X-Token": "a", "x-token": "b"}, "stands twice"),
        ({f"X-{n}": "a" for n in range(MAX_HEADERS + 1)}, "at most 20"),
    ],
)
def test_a_header_that_must_not_be_sent_is_refused_with_what_to_do(
    headers: dict[str, str], advice: str
) -> None:
    with pytest.raises(BadHeader, match=advice):
        checked(headers)


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=20), max_size=3))
async def test_whatever_passes_can_be_sent_and_starts_no_other_header(headers: dict[str, str]) -> None:
    try:
        taken = checked(headers)
    except BadHeader:
        return
    assert not any(character in name + value for name, value in taken.items() for character in "\r\n\0:")
    assert set(taken) == {name.lower() for name in headers}


async def test_own_headers_go_out_with_each_message_and_lie_sealed(world: World) -> None:
    headers = {"authorization": "Bearer of-the-receiver", "x-desk": "politics"}
    async with receiver() as listening, world.delivering():
        subscription = await world.subscribe(listening, headers=headers)
        await world.change("post-1")
        await listening.until(lambda r: len(r.accepted) == 1)
        [request] = listening.accepted
        assert headers.items() <= request.headers.items()
        assert world.genuine(request, subscription)
    sealed = await world.pool.fetchval("SELECT sealed FROM webhook_header")
    assert b"of-the-receiver" not in sealed


async def test_what_passes_the_check_the_client_sends() -> None:
    outbound = Outbound(loopback_allowed())
    async with receiver() as listening:
        await outbound.send("POST", listening.url, checked({"X-A-1": "~ b!", "Cookie": "a=b; c=d"}), b"")
        assert listening.received[0].headers["cookie"] == "a=b; c=d"
    await outbound.close()


async def test_a_rate_spaces_messages_evenly_over_all_lanes_and_sessions(world: World) -> None:
    async with receiver() as listening, receiver() as quick, world.delivering():
        await world.subscribe(listening, per_minute=600)
        await world.subscribe(quick)
        made = await world.change(*[f"post-{n}" for n in range(8)])
        await listening.until(lambda r: len(r.accepted) == 8)
        assert sorted(changes_of(listening.accepted)) == sorted(made)
        gaps = [later.at - earlier.at for earlier, later in pairwise(listening.accepted)]
        assert sum(gaps) >= 7 * 0.1 - 0.05, gaps
        assert len(quick.accepted) == 8
        assert quick.accepted[-1].at < listening.accepted[-1].at, "others do not wait for it"


async def test_a_slow_rate_leaves_the_endpoint_to_others_meanwhile(world: World) -> None:
    async with receiver() as listening, world.delivering():
        subscription = await world.subscribe(listening, per_minute=30)
        await world.change("post-1", "post-2", "post-3")
        await listening.until(lambda r: len(r.accepted) == 1)
        await asyncio.sleep(0.5)
        endpoint = await world.endpoint(subscription)
        assert endpoint["worker"] is None, "nobody sits and waits"
        await listening.until(lambda r: len(r.accepted) == 2, seconds=4)
        assert listening.accepted[1].at - listening.accepted[0].at >= 1.9


async def test_no_more_requests_are_under_way_than_the_receiver_takes(world: World) -> None:
    under_way, most = 0, 0

    async def count(_: Request) -> Reply:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.02)
        under_way -= 1
        return Reply(204)

    async with receiver(count) as listening, world.delivering():
        await world.subscribe(listening, concurrency=2)
        await world.change(*[f"post-{n}" for n in range(12)])
        await listening.until(lambda r: len(r.accepted) == 12)
    assert most == 2
