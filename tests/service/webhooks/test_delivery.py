"""From a change to a receiver: at least once, in order per post, whatever becomes of others."""

import asyncio
import time
from datetime import timedelta
from itertools import pairwise

import pytest
from cryptography.fernet import Fernet

from events.catalogue import SubscriptionFilter
from service.secrets import Vault
from tests.service.webhooks.world import FastClock, World, by_post, changes_of, eventually, order_of, pools_of
from tests.support.receiver import Reply, Request, Trick, receiver
from tests.support.servers import Database


async def test_a_change_arrives_signed_within_a_second(world: World) -> None:
    async with receiver() as listening, world.delivering():
        subscription = await world.subscribe(listening)
        await asyncio.sleep(0.3)  # idle
        began = time.monotonic()
        [change] = await world.change("post-1")
        await listening.until(lambda r: len(r.received) == 1)
        [request] = listening.received
        assert request.at - began < 1.0
        assert world.genuine(request, subscription)
        assert (request.method, request.path) == ("POST", "/hook?a=1")
        assert request.headers["content-type"] == "application/cloudevents+json"
        assert "." not in request.message
        event = request.event
        assert (event["id"], event["type"], event["subject"]) == (request.message, "holder.changed", "post-1")
        assert event["source"] == "https://incumbent.example"
        data = event["data"]
        assert (data["change"], data["previous_change"]) == (change, None)
        assert data["post"] == {
            "id": "post-1",
            "label": "minister 1",
            "organization": {"id": "org-1", "name": "Norland"},
        }
        assert data["after"][0]["person"] == {"id": "person-1", "name": "Ada Ström"}
    assert await world.states(subscription) == {change: "delivered"}
    [attempt] = await world.pool.fetch("SELECT * FROM webhook_attempt")
    assert (attempt["attempt"], attempt["status"], attempt["failure"]) == (1, 204, None)
    assert attempt["total_ms"] > 0


async def test_only_what_a_subscription_wants_arrives(world: World) -> None:
    async with receiver() as listening, world.delivering():
        await world.change("post-1")  # before any subscription
        amended = await world.subscribe(listening, types=("timeline.amended",))
        of_post = await world.subscribe(listening, filter=SubscriptionFilter(posts=("post-2",)))
        of_person = await world.subscribe(listening, filter=SubscriptionFilter(persons=("person-2",)))
        elsewhere = await world.subscribe(listening, filter=SubscriptionFilter(organizations=("org-2",)))
        [changed] = await world.change("post-2")
        [evidence] = await world.change("post-3", current=False)
        [other] = await world.change("post-4", person="person-2")
        await listening.until(lambda r: len(r.received) == 3)
        await asyncio.sleep(0.2)
        assert await world.states(amended) == {evidence: "delivered"}
        assert await world.states(of_post) == {changed: "delivered"}
        assert await world.states(of_person) == {other: "delivered"}
        assert await world.states(elsewhere) == {}
        assert len(listening.received) == 3


async def test_a_filter_goes_on_naming_a_person_who_is_merged_into_another(world: World) -> None:
    async with receiver() as listening, world.delivering():
        await world.subscribe(
            listening, filter=SubscriptionFilter(persons=("person-3",), capacities=("substantive",))
        )
        await world.change("post-1", person="person-2")
        for _ in range(500):
            if await world.pool.fetchval("SELECT position FROM webhook_cursor") >= world.position:
                break
            await asyncio.sleep(0.01)
        await world.admin.execute(
            "INSERT INTO person_merge (person, into_person, from_position, to_position)"
            " VALUES ('person-3', 'person-2', $1, 9223372036854775807)",
            world.position,
        )
        [after] = await world.change("post-1", person="person-2")
        await listening.until(lambda r: len(r.received) == 1)
        await asyncio.sleep(0.2)
        assert changes_of(listening.received) == [after]
    await world.admin.execute("DELETE FROM person_merge")


async def test_nothing_arrives_before_the_read_side_has_come_that_far(world: World) -> None:
    async with receiver() as listening, world.delivering():
        await world.subscribe(listening)
        await world.change("post-1", projected=False)
        await asyncio.sleep(0.4)
        assert listening.received == []
        await world.project()
        await listening.until(lambda r: len(r.received) == 1)


async def test_each_change_names_the_one_before_it_in_its_lane(world: World) -> None:
    async with receiver() as listening, world.delivering():
        subscription = await world.subscribe(listening, filter=SubscriptionFilter(persons=("person-1",)))
        first = await world.change("post-1", "post-2", "post-1")
        await world.change("post-1", person="person-2")  # not matched: no gap for this subscription
        second = await world.change("post-1")
        await listening.until(lambda r: len(r.received) == 4)
        previous = {
            request.change: request.event["data"]["previous_change"] for request in listening.received
        }
        assert previous == {first[0]: None, first[1]: None, first[2]: first[0], second[0]: first[2]}
    assert set((await world.states(subscription)).values()) == {"delivered"}


async def test_a_lane_keeps_its_order_though_many_are_under_way(world: World) -> None:
    async with receiver() as listening, world.delivering(dispatchers=3):
        subscriptions = [await world.subscribe(listening) for _ in range(3)]
        for _ in range(20):
            await world.change("post-1", "post-2", "post-3", "post-2")
        await listening.until(lambda r: len(r.accepted) == 240)
        for subscription in subscriptions:
            mine = [
                request for request in listening.received if request.message.startswith(subscription + "-")
            ]
            assert len(mine) == 80
            for lane in by_post(mine).values():
                assert lane == sorted(lane, key=order_of)


async def test_a_failing_a_hanging_and_a_missing_endpoint_hold_nobody_up(world: World) -> None:
    async with (
        receiver(lambda _: Reply(500)) as failing,
        receiver(lambda _: "hang") as hanging,
        receiver() as healthy,
        world.delivering(),
    ):
        for _ in range(3):
            await world.subscribe(failing)
            await world.subscribe(hanging)
            await world.subscribe("http://127.0.0.1:9/")
        await world.subscribe(healthy)
        began = time.monotonic()
        for _ in range(10):
            await world.change(*(f"post-{n}" for n in range(10)))
        await healthy.until(lambda r: len(r.accepted) == 100, seconds=5)
        assert time.monotonic() - began < 3.0
        assert failing.accepted == []


async def test_a_post_whose_messages_fail_holds_no_other_post_up(world: World) -> None:
    def behave(request: Request) -> Reply | Trick:
        return Reply(422) if request.event["subject"] == "post-1" else Reply(204)

    world.clock = FastClock(8_000)
    async with receiver(behave) as listening, world.delivering():
        subscription = await world.subscribe(listening)
        [bad] = await world.change("post-1")
        [behind] = await world.change("post-1")
        good = [(await world.change("post-2"))[0] for _ in range(5)]
        await listening.until(lambda r: len(r.accepted) == 5)
        await eventually(lambda: changes_of(listening.received).count(bad) == 5, seconds=10)
        await listening.until(lambda r: behind in changes_of(r.received))
        assert changes_of(listening.accepted) == good
        arrived = [request for request in listening.received if request.change in (bad, behind)]
        assert changes_of(arrived)[:6] == [bad] * 5 + [behind], "the lane moves on after the dead letter"
        assert len({request.message for request in arrived if request.change == bad}) == 1, (
            "one id, all attempts"
        )
        states = await world.states(subscription)
        assert states[bad] == "dead"
    rows = await world.pool.fetch(
        "SELECT began_at, status FROM webhook_attempt WHERE position = $1 ORDER BY attempt", order_of(bad)[0]
    )
    assert [row["status"] for row in rows] == [422] * 5
    gaps = [(b["began_at"] - a["began_at"]).total_seconds() for a, b in pairwise(rows)]
    for gap, planned in zip(gaps, (5, 300, 1_800, 7_200), strict=True):
        assert planned <= gap <= planned * 1.1 + 3_000  # the clock runs 8,000 times as fast as the machine


@pytest.mark.parametrize("down", ["refuses", "hangs", "answers 503", "closes"])
async def test_a_receiver_that_was_down_is_served_within_60_s_of_coming_back(world: World, down: str) -> None:
    tricks: dict[str, Reply | Trick] = {"hangs": "hang", "answers 503": Reply(503), "closes": "close"}
    world.clock = FastClock(30)
    async with receiver() as listening, world.delivering():
        subscription = await world.subscribe(listening)
        if down == "refuses":
            await listening.stop()
        else:
            listening.behave = lambda _: tricks[down]
        made = [(await world.change("post-1", "post-2"))[0] for _ in range(3)]
        while (await _failures(world, subscription)) < 5:  # noqa: ASYNC110 (it is in the database)
            await asyncio.sleep(0.05)
        listening.behave = lambda _: Reply(204)
        if down == "refuses":
            await listening.start()
        back = world.clock.now()
        await listening.until(lambda r: len(r.accepted) == 6, seconds=5)
        assert world.clock.now() - back < timedelta(seconds=60)
        assert by_post(listening.accepted)["post-1"] == made
    endpoint = await world.endpoint(subscription)
    assert (endpoint["failures"], endpoint["failing_since"], endpoint["paused_until"]) == (0, None, None)
    assert set((await world.states(subscription)).values()) == {"delivered"}


async def test_a_failing_endpoint_is_probed_with_one_message_at_a_time(world: World) -> None:
    world.clock = FastClock(20)
    async with receiver(lambda _: Reply(500)) as listening, world.delivering():
        await world.subscribe(listening)
        await world.change("post-0")
        await listening.until(lambda r: len(r.received) == 1)
        await world.change(*(f"post-{n}" for n in range(1, 20)))
        await listening.until(lambda r: len(r.received) == 5)
        gaps = [b.at - a.at for a, b in pairwise(listening.received)]
        assert all(gap > 0.02 for gap in gaps), gaps
        assert len(set(changes_of(listening.received))) > 1, (
            "each probe is another lane's: one may be the culprit"
        )


async def test_429_and_its_retry_after_are_obeyed(world: World) -> None:
    world.clock = FastClock(20)
    answers = iter([Reply(429, {"retry-after": "10"})])
    async with receiver(lambda _: next(answers, Reply(204))) as listening, world.delivering():
        await world.subscribe(listening)
        await world.change("post-1")
        await world.change("post-1")
        await listening.until(lambda r: len(r.accepted) == 2)
        assert listening.accepted[0].at - listening.received[0].at >= 0.45  # 10 s, at 20 times the speed


async def test_410_disables_for_good(world: World) -> None:
    async with receiver(lambda _: Reply(410)) as listening, world.delivering():
        subscription = await world.subscribe(listening)
        await world.change("post-1")
        await listening.until(lambda r: len(r.received) == 1)
        await asyncio.sleep(0.1)
        listening.behave = lambda _: Reply(204)
        await world.change("post-1", "post-2")
        await asyncio.sleep(0.4)
        assert len(listening.received) == 1
        endpoint = await world.endpoint(subscription)
        assert (endpoint["disabled_why"], endpoint["due_at"]) == ("gone", None)


async def test_a_redirect_is_a_failure_and_is_not_followed(world: World) -> None:
    async with receiver() as target, receiver(lambda _: Reply(307, {"location": target.url})) as listening:
        async with world.delivering():
            subscription = await world.subscribe(listening)
            [change] = await world.change("post-1")
            await listening.until(lambda r: len(r.received) == 1)
            await asyncio.sleep(0.2)
        assert target.received == []
        assert await world.states(subscription) == {change: "pending"}


@pytest.mark.parametrize("end", ["revoked", "expired", "deleted"])
async def test_a_subscription_whose_key_has_ended_gets_nothing_not_even_what_is_queued(
    world: World, end: str
) -> None:
    statement = {
        "revoked": "UPDATE api_key SET revoked_position = 1",
        "expired": "UPDATE api_key SET expires_at = now() - interval '1 second'",
        "deleted": "UPDATE subscription SET deleted_position = 1",
    }[end]
    async with receiver() as listening:
        subscription = await world.subscribe(listening)
        await listening.stop()
        async with world.delivering():
            [queued] = await world.change("post-1")
            while (await _failures(world, subscription)) < 1:  # noqa: ASYNC110 (it is in the database)
                await asyncio.sleep(0.05)
        await world.admin.execute(statement)
        await listening.start()
        async with world.delivering():
            await world.change("post-1")
            await asyncio.sleep(1.2)  # it was paused for 1 s
        assert listening.received == []
        assert await world.states(subscription) == {queued: "pending"}
        assert (await world.endpoint(subscription))["disabled_why"] == "ended"


async def test_while_a_secret_changes_a_message_is_signed_with_both(world: World) -> None:
    async with receiver() as listening, world.delivering():
        subscription = await world.subscribe(listening)
        old = world.secrets[subscription]
        private = "whsk_" + "QUFB" * 10 + "QUE="
        await world.pool.execute(
            "INSERT INTO webhook_secret (subscription, number, sealed) VALUES ($1, 2, $2)",
            subscription,
            world.vault.seal(private),
        )
        await world.change("post-1")
        await listening.until(lambda r: len(r.received) == 1)
        [request] = listening.received
        versions = [signature[:4] for signature in request.headers["webhook-signature"].split(" ")]
        assert versions == ["v1a,", "v1," + request.headers["webhook-signature"].split("v1,")[1][0]]
        world.secrets[subscription] = old
        assert world.genuine(request, subscription)


async def test_nothing_is_sent_unsigned_where_the_secret_cannot_be_read(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    async with receiver() as listening:
        subscription = await world.subscribe(listening)
        right, world.vault = world.vault, Vault([Fernet.generate_key().decode()])
        async with world.delivering():
            [change] = await world.change("post-1")
            await asyncio.sleep(0.4)
        assert listening.received == []
        assert await world.states(subscription) == {change: "pending"}
        assert "INCUMBENT_SECRET_KEY" in caplog.text
        assert world.secrets[subscription] not in caplog.text
        world.vault, world.clock = right, FastClock(200)
        async with world.delivering():
            await listening.until(lambda r: len(r.accepted) == 1)


async def test_a_change_that_is_not_there_yet_blocks_its_lane_only(world: World) -> None:
    async with receiver() as listening:
        subscription = await world.subscribe(listening)
        await listening.stop()
        async with world.delivering():
            [gone] = await world.change("post-1")
            [there] = await world.change("post-2")
            while (await _failures(world, subscription)) < 1:  # noqa: ASYNC110 (it is in the database)
                await asyncio.sleep(0.05)
        body = await world.admin.fetchval(
            "DELETE FROM change WHERE position = $1 RETURNING body", order_of(gone)[0]
        )
        await listening.start()
        world.clock = FastClock(100)
        async with world.delivering():
            await listening.until(lambda r: changes_of(r.accepted) == [there])
            await world.admin.execute(
                "INSERT INTO change (position, ordinal, post, kind, current_changed, body)"
                " VALUES ($1, 1, 'post-1', 'took_office', true, $2)",
                order_of(gone)[0],
                body,
            )
            await listening.until(lambda r: changes_of(r.accepted) == [there, gone])


async def _failures(world: World, subscription: str) -> int:
    failures = await world.pool.fetchval(
        "SELECT failures FROM webhook_endpoint WHERE subscription = $1", subscription
    )
    return failures or 0


async def test_the_oldest_supported_postgres_delivers_too(database15: Database) -> None:
    async with pools_of(database15) as pools:
        world = await World.fresh(pools)
        answers = iter([Reply(500), Reply(429, {"retry-after": "1"})])
        async with receiver(lambda _: next(answers, Reply(204))) as listening, world.delivering():
            subscription = await world.subscribe(listening)
            made = [(await world.change("post-1"))[0] for _ in range(3)]
            await listening.until(lambda r: changes_of(r.accepted) == made)
        assert await world.states(subscription) == dict.fromkeys(made, "delivered")
