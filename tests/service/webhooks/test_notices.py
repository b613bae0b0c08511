"""What is told beside Changes: redactions, and to the owner how their other subscriptions fare."""

import asyncio
import time
from datetime import timedelta

from events.catalogue import ContentRedacted, PersonCreated, SubscriptionFilter
from events.envelope import Append, NewContent, NewEvent
from events.ids import mint
from events.log import Log
from service.webhooks.keeper import Keeper
from service.webhooks.schedule import MESSAGE_RETRIES, TOLD_AFTER
from tests.service.webhooks.world import FastClock, World
from tests.support.receiver import Reply, receiver

OPERATIONAL = ("endpoint.failing", "message.dead", "subscription.disabled")


async def redact(world: World, stream: str) -> int:
    """An event that takes the texts of a stream away; its position. The views know of it."""
    log = Log(world.pool)
    try:
        while await log.head() < world.position:  # which does not stand for events of the log
            filler = NewEvent(stream=mint("person"), event=PersonCreated(name="Ada Quist"))
            await log.append(Append(events=(filler,), actor="tests"))
        note = NewContent(body=b"by order", media_type="text/plain")
        redacted = NewEvent(stream=stream, event=ContentRedacted(contents=("00" * 32,), reason=note.ref))
        done = await log.append(Append(events=(redacted,), actor="tests", contents=(note,)))
    finally:
        await log.close()
    world.position = done.last
    await world.project()
    return done.last


async def test_a_redaction_is_told_to_those_who_may_hold_what_is_gone(world: World) -> None:
    async with receiver() as listening, world.delivering():
        told = await world.subscribe(listening, types=("event.redacted",))
        of_post = await world.subscribe(
            listening,
            types=("event.redacted",),
            filter=SubscriptionFilter(posts=("post-1",), kinds=("elected",)),
        )
        elsewhere = await world.subscribe(
            listening, types=("event.redacted",), filter=SubscriptionFilter(posts=("post-2",))
        )
        changes = await world.subscribe(listening)
        position = await redact(world, "post-1")
        await listening.until(lambda r: len(r.accepted) == 2)
        await asyncio.sleep(0.2)
        assert len(listening.accepted) == 2
        [event] = [each.event for each in listening.accepted if each.message.startswith(f"{told}-")]
        assert (event["type"], event["subject"]) == ("event.redacted", "post-1")
        assert event["id"] == f"{told}-{position}-0"
        assert event["data"] == {
            "redacted": "post-1",
            "position": position,
            "posts": ["post-1"],
            "shortened": False,
            "redelivery": False,
            "links": {"posts": ["/v1/posts/post-1"]},
        }
    for subscription, expected in ((told, 1), (of_post, 1), (elsewhere, 0), (changes, 0)):
        assert (
            len(await world.pool.fetch("SELECT FROM webhook_delivery WHERE subscription = $1", subscription))
            == expected
        )


async def test_a_dead_letter_is_told_to_another_subscription_of_the_key_and_to_nobody_else(
    world: World,
) -> None:
    world.clock = FastClock(sum(MESSAGE_RETRIES) / 2)
    await world.admin.execute(
        "INSERT INTO api_key (id, subject, prefix, secret_hash, scopes, publishers, created_position)"
        " VALUES ('key-2', 'another', '', '', '{subscribe}', '{}', 0)"
    )
    try:
        async with (
            receiver(lambda _: Reply(400)) as refusing,
            receiver() as listening,
            receiver() as foreign,
            world.delivering(),
        ):
            sick = await world.subscribe(refusing)
            await world.subscribe(listening, types=OPERATIONAL)
            await world.subscribe(foreign, types=OPERATIONAL, key="key-2")
            # It refuses its notices too: of a dead notice nobody is told.
            await world.subscribe(refusing, types=OPERATIONAL)
            [change] = await world.change("post-1")
            await listening.until(lambda r: len(r.accepted) == 1)
            event = listening.accepted[0].event
            assert (event["type"], event["subject"]) == ("message.dead", sick)
            data = event["data"]
            assert (data["subscription"], data["change"], data["status"]) == (sick, change, 400)
            assert data["message"] == f"{sick}-{change.replace('.', '-')}"
            assert data["links"]["deliveries"] == f"/v1/subscriptions/{sick}/deliveries"
            await _until(world, "SELECT count(*) = 2 FROM webhook_delivery WHERE state = 'dead'")
            await asyncio.sleep(0.3)
            assert len(listening.received) == 1
            assert foreign.received == []
            assert await world.pool.fetchval("SELECT count(*) FROM webhook_notice") == 1
    finally:
        await world.admin.execute("DELETE FROM api_key WHERE id = 'key-2'")


async def test_an_endpoint_that_fails_for_an_hour_is_told_of_once(world: World) -> None:
    world.clock = FastClock(3_600)
    async with (
        receiver(lambda _: Reply(500)) as failing,
        receiver() as listening,
        world.delivering(),
    ):
        sick = await world.subscribe(failing)
        await world.subscribe(listening, types=OPERATIONAL)
        await world.change("post-1")
        began = world.clock.now()
        await listening.until(lambda r: len(r.accepted) == 1)
        assert world.clock.now() - began >= TOLD_AFTER
        event = listening.accepted[0].event
        assert (event["type"], event["data"]["subscription"]) == ("endpoint.failing", sick)
        await asyncio.sleep(1)  # an hour
        assert len(listening.received) == 1


async def test_a_disabled_endpoint_is_told_of(world: World) -> None:
    async with receiver(lambda _: Reply(410)) as gone, receiver() as listening, world.delivering():
        sick = await world.subscribe(gone)
        await world.subscribe(listening, types=OPERATIONAL)
        await world.change("post-1")
        await listening.until(lambda r: len(r.accepted) == 1)
        event = listening.accepted[0].event
        assert (event["type"], event["data"]["subscription"], event["data"]["why"]) == (
            "subscription.disabled",
            sick,
            "gone",
        )


async def test_what_was_delivered_long_ago_is_forgotten_with_its_attempts_and_nothing_else_is(
    world: World,
) -> None:
    log = Log(world.pool)
    async with receiver() as listening, receiver(lambda _: Reply(400)) as refusing, world.delivering():
        subscription, waiting = await world.subscribe(listening), await world.subscribe(refusing)
        old = [*await world.change("post-1"), *await world.change("post-2")]
        await listening.until(lambda r: len(r.accepted) == 2)
        await _until(world, "SELECT count(*) = 2 FROM webhook_delivery WHERE state = 'delivered'")
        await world.admin.execute(
            "UPDATE webhook_delivery SET ended_at = ended_at - interval '8 days' WHERE state <> 'pending'"
        )
        [young] = await world.change("post-1")
        await _until(world, "SELECT count(*) = 3 FROM webhook_delivery WHERE state = 'delivered'")
        keeper = Keeper(world.pool, log, keep=timedelta(days=7))
        assert await keeper.forget() == 2
        assert await keeper.forget() == 0
        assert await world.states(subscription) == {young: "delivered"}
        assert set(await world.states(waiting)) == {*old, young}
        assert (
            await world.pool.fetchval(
                "SELECT count(*) FROM webhook_attempt WHERE subscription = $1", subscription
            )
            == 1
        )
        [last] = await world.change("post-1")
        await listening.until(lambda r: len(r.accepted) == 4)
        assert listening.accepted[-1].event["data"]["previous_change"] == young
        assert listening.accepted[-1].change == last
    await log.close()


async def _until(world: World, question: str) -> None:
    deadline = time.monotonic() + 8
    while not await world.pool.fetchval(question):
        assert time.monotonic() < deadline, question
        await asyncio.sleep(0.02)
