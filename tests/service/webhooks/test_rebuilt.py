"""The queue made again from the Changes, where its tables were lost or are those of yesterday."""

import asyncio
import os
import subprocess

from tests.service.webhooks.world import World, changes_of
from tests.support.receiver import receiver
from tests.support.service import COMMAND


async def rebuild(world: World, *arguments: str) -> subprocess.CompletedProcess[str]:
    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [COMMAND, "webhook", "rebuild", *arguments],
            env={**os.environ, "DATABASE_URL": world.database.database_url},
            capture_output=True,
            text=True,
            check=False,
        )

    return await asyncio.to_thread(run)


async def test_what_the_queue_has_lost_is_sent_and_what_it_knows_is_not_sent_again(world: World) -> None:
    async with receiver() as listening:
        subscription = await world.subscribe(listening)
        async with world.delivering():
            first = await world.change("post-1", "post-2")
            lost = await world.change("post-1")
            last = await world.change("post-1")
            await listening.until(lambda r: len(r.accepted) == 4)
        await world.pool.execute(
            "DELETE FROM webhook_delivery WHERE position = $1", int(lost[0].partition(".")[0])
        )
        listening.accepted.clear()

        done = await rebuild(world, "--since", "0")

        async with world.delivering():
            await listening.until(lambda r: len(r.accepted) == 1)
            later = await world.change("post-1")
            await listening.until(lambda r: len(r.accepted) == 2)
        assert done.returncode == 0, done.stderr
        assert "behind position 0 is matched again" in done.stdout
        assert changes_of(listening.accepted) == [*lost, *later]
        assert [request.event["data"]["previous_change"] for request in listening.accepted] == [
            first[0],
            last[0],
        ]
        assert set((await world.states(subscription)).values()) == {"delivered"}


async def test_with_all_tables_lost_everything_behind_the_position_is_sent_under_the_same_ids(
    world: World,
) -> None:
    async with receiver() as listening:
        await world.subscribe(listening)
        async with world.delivering():
            before = await world.change("post-1")
            made = await world.change("post-1", "post-2")
            await listening.until(lambda r: len(r.accepted) == 3)
        messages = {request.change: request.message for request in listening.accepted}
        for table in ("webhook_delivery", "webhook_lane", "webhook_endpoint", "webhook_cursor"):
            await world.admin.execute(f"DELETE FROM {table}")
        listening.accepted.clear()

        done = await rebuild(world, "--since", before[0].partition(".")[0])

        async with world.delivering():
            await listening.until(lambda r: len(r.accepted) == 2)
            await asyncio.sleep(0.2)
        assert done.returncode == 0, done.stderr
        assert {request.change: request.message for request in listening.accepted} == {
            change: messages[change] for change in made
        }


async def test_a_position_that_was_not_reached_is_refused(world: World) -> None:
    done = await rebuild(world, "--since", "1000000")

    assert done.returncode == 1
    assert "has come to position 0 only" in done.stderr
