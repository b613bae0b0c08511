"""A follower in a process of its own: `python -m tests.events.log_follower URL LIMIT`.

It follows from 0 until the event whose actor is `the end`, and prints what it saw as JSON: [position, id] in order.
"""

import asyncio
import sys

import asyncpg
import msgspec

from events.log import Log

END = "the end"
Seen = list[tuple[int, str]]


async def follow(log: Log, limit: int) -> Seen:
    seen: Seen = []
    async for batch in log.follow(0, limit=limit):
        seen += [(recorded.position, str(recorded.id)) for recorded in batch]
        if any(recorded.actor == END for recorded in batch):
            break
    return seen


async def main(url: str, limit: int) -> Seen:
    async with asyncpg.create_pool(url, min_size=1, max_size=3) as pool:
        log = Log(pool, poll=0.2)
        try:
            return await follow(log, limit)
        finally:
            await log.close()


if __name__ == "__main__":
    print(msgspec.json.encode(asyncio.run(main(sys.argv[1], int(sys.argv[2])))).decode())
