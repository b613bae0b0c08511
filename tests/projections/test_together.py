"""Questions asked at the same time are answered in few groups, each with its own answer."""

import asyncio
from collections.abc import Sequence

import pytest

from projections.together import Together


async def test_everyone_gets_their_own_answer_and_those_who_wait_share_a_round_trip() -> None:
    groups: list[list[int]] = []

    async def doubled(numbers: Sequence[int]) -> list[int]:
        groups.append(list(numbers))
        await asyncio.sleep(0.01)
        return [2 * number for number in numbers]

    together = Together(doubled, most=30, groups=2)

    answers = await asyncio.gather(*(together.ask(number) for number in range(100)))

    assert answers == [2 * number for number in range(100)]
    assert len(groups) < 10
    assert max(map(len, groups)) <= 30


async def test_what_fails_is_raised_to_who_asked_it_and_to_no_other() -> None:
    async def some(numbers: Sequence[int]) -> list[int]:
        if 13 in numbers:
            raise ValueError("13")
        return list(numbers)

    together = Together(some, most=3, groups=1)

    answers = await asyncio.gather(*(together.ask(number) for number in (12, 13, 14)), return_exceptions=True)

    assert (answers[0], answers[2]) == (12, 14)
    assert isinstance(answers[1], ValueError)


async def test_one_that_hangs_does_not_hold_up_the_others_and_one_who_leaves_hurts_nobody() -> None:
    hang = asyncio.Event()

    async def slow(numbers: Sequence[int]) -> list[int]:
        if 0 in numbers:
            await hang.wait()
        return list(numbers)

    together = Together(slow, most=1, groups=2)
    stuck = asyncio.create_task(together.ask(0))
    await asyncio.sleep(0)

    async with asyncio.timeout(5):
        assert await together.ask(1) == 1
    stuck.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stuck
    hang.set()
    assert await together.ask(2) == 2
