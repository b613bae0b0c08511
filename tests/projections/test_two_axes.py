"""What was answered at a time is what known_at answers for that time, ever after."""

from datetime import date
from random import Random

import asyncpg
import msgspec

from events.log import Log
from projections.answering.answers import TimelineAnswer
from projections.model import HoldersAnswer
from projections.views import Views
from tests.projections.conftest import projecting
from tests.projections.newsroom import Newsroom
from tests.projections.test_projector import tell_at_random

DAYS = [
    date(2023, 12, 1),
    date(2024, 1, 15),
    date(2024, 2, 10),
    date(2024, 2, 28),
    date(2024, 6, 1),
    date(2027, 1, 1),
]


class Served(msgspec.Struct):
    """What readers were given while the position was the last one."""

    position: int
    holders: dict[tuple[str, date], HoldersAnswer]
    timelines: dict[str, TimelineAnswer]


async def test_every_answer_ever_given_is_given_again_for_its_position(
    pool: asyncpg.Pool, log: Log, randomness: Random
) -> None:
    newsroom, views = Newsroom(log), Views(pool, log)
    served: list[Served] = []

    async def read() -> None:
        position = newsroom.position
        assert await views.wait_for(position, 10)
        posts = [row["id"] for row in await pool.fetch("SELECT id FROM post")]
        now = Served(position, {}, {})
        for post in posts:
            for day in DAYS:
                answer = await views.holders(post, day)
                assert answer is not None
                now.holders[post, day] = answer
            timeline = await views.timeline(post)
            assert timeline is not None
            now.timelines[post] = timeline
        served.append(now)

    async with projecting(pool, log):
        await tell_at_random(newsroom, randomness, 25, then=read)
    compared = 0
    for then in served:
        for (post, day), answer in then.holders.items():
            again = await views.holders(post, day, then.position)
            assert again is not None
            assert msgspec.structs.replace(again, at_position=None) == answer, (then.position, day)
            compared += 1
        for post, timeline in then.timelines.items():
            again_timeline = await views.timeline(post, then.position)
            assert again_timeline is not None
            assert msgspec.structs.replace(again_timeline, at_position=None) == timeline, then.position
    await views.close()

    assert compared >= 400
    assert (
        len({msgspec.json.encode(each.holders[key], enc_hook=str) for each in served for key in each.holders})
        > 20
    )
