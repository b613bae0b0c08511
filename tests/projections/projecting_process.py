"""A projector in a process of its own, to be killed: `python -m tests.projections.projecting_process URL`."""

import asyncio
import sys

import asyncpg

from events.log import Log
from projections.projector import Projector


async def main(url: str) -> None:
    async with asyncpg.create_pool(url, min_size=1, max_size=4) as pool:
        await Projector(pool, Log(pool), batch=3, retry=0.01).run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
