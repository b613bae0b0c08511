"""Eight writers in a process that will be killed: `python -m tests.crash.writer URL FILE NAME`.

It waits for a line on standard input and ends with it. Each append is named `NAME.number.events` by its actor; the
file gets a line `actor first last` for every append once it is acknowledged, before the next one is made.
"""

import asyncio
import logging
import os
import random
import sys
import threading
from typing import TextIO

import asyncpg

from events.catalogue import PersonCreated
from events.envelope import Append, NewContent, NewEvent, Unconfirmed
from events.ids import mint
from events.log import Log

WRITERS = 8


async def main(url: str, file: str, name: str) -> None:
    async with asyncpg.create_pool(url, min_size=0, max_size=3) as pool:
        log = Log(pool)
        await asyncio.to_thread(sys.stdin.readline)
        threading.Thread(target=_end_with_the_test, daemon=True).start()
        with open(file, "a", buffering=1, encoding="ascii") as acknowledged:  # noqa: ASYNC230 - a line is one write
            await asyncio.gather(*(_write(log, f"{name}-{one}", acknowledged) for one in range(WRITERS)))


async def _write(log: Log, name: str, acknowledged: TextIO) -> None:
    number = 0
    while True:
        number += 1
        append = _append(name, number)
        while True:
            try:
                done = await log.append(append)
            except (Unconfirmed, asyncpg.PostgresError):
                if append.key is None:
                    break  # nobody can know
                continue  # the key makes it safe to repeat
            acknowledged.write(f"{append.actor} {done.first} {done.last}\n")
            break


def _append(name: str, number: int) -> Append:
    """One to four events in as many streams; every other append has a key, some bring content."""
    count = random.choice((1, 1, 2, 4))
    actor = f"{name}.{number}.{count}"
    return Append(
        events=tuple(
            NewEvent(stream=mint("person"), event=PersonCreated(name=f"{actor} {one}"))
            for one in range(count)
        ),
        actor=actor,
        key=actor if number % 2 else None,
        contents=(NewContent(body=actor.encode(), media_type="text/plain"),) if number % 5 == 0 else (),
    )


def _end_with_the_test() -> None:
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    asyncio.run(main(*sys.argv[1:]))
