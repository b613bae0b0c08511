"""Loops: back after a failure, gone when told."""

import asyncio
import time

import pytest

from service.loops import Loops


async def test_a_loop_that_fails_is_started_again(caplog: pytest.LogCaptureFixture) -> None:
    runs = 0
    again = asyncio.Event()

    async def run() -> None:
        nonlocal runs
        runs += 1
        if runs == 1:
            raise ValueError("out of order")
        again.set()
        await asyncio.Event().wait()

    loops = Loops()
    loops.keep("clockwork", run)
    await asyncio.wait_for(again.wait(), 5)
    await loops.end()

    assert "clockwork failed and starts again: ValueError: out of order" in caplog.text


async def test_a_loop_that_stops_by_itself_may_finish_what_is_under_way() -> None:
    finished = False

    async def run(stop: asyncio.Event) -> None:
        nonlocal finished
        await stop.wait()
        await asyncio.sleep(0.05)
        finished = True

    loops = Loops()
    loops.keep_until_stopped("worker", run)
    await asyncio.sleep(0)
    await loops.end()

    assert finished


async def test_a_loop_that_waits_to_be_started_again_does_not_hold_up_the_end() -> None:
    async def run(stop: asyncio.Event) -> None:
        raise ValueError("always")

    loops = Loops()
    loops.keep_until_stopped("worker", run)
    await asyncio.sleep(1)  # in the third pause by now, of 0.8 s
    began = time.monotonic()
    await loops.end()

    assert time.monotonic() - began < 0.5


async def test_ending_nothing_is_fine() -> None:
    await Loops().end()
