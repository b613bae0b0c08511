"""Eight unruly writers in a process of their own: `python -m tests.events.log_writers URL SEED SECONDS`.

They stall, cancel, conflict, use keys again and send what fails in Postgres, and print as JSON what came of it.
"""

import asyncio
import logging
import random
import sys
import time
from collections import Counter
from pathlib import Path

import asyncpg
import msgspec

import events
from events.append import arguments, prepare
from events.catalogue import PersonCreated, PersonNamed
from events.envelope import Append, Appended, Conflict, KeyReused, NewEvent
from events.ids import event_id, mint
from events.log import Log
from events.queries import queries

APPEND = queries(Path(events.__file__).parent / "sql" / "queries.sql")["append"]
WRITERS = 8
WAYS = "plain,expecting,conflict,keyed,replayed,key reused,cancelled,failed,held open,rolled back".split(",")
PATIENCE = 15.0  # seconds more, on a slow machine, until each of them has happened
SHARED = tuple(f"person-shared{number}" for number in range(4))  # over which they fight


class Outcome(msgspec.Struct):
    """What a process of writers knows of the log in the end: event ids with their positions, and counts."""

    acknowledged: dict[str, int] = {}
    unknown: set[str] = set()  # cancelled while under way: recorded or not
    counts: dict[str, int] = {}


class Writers:
    def __init__(self, pool: asyncpg.Pool, log: Log, randomness: random.Random) -> None:
        self._pool, self._log, self._random = pool, log, randomness
        self._ends = 0.0
        self._keyed: list[tuple[Append, Appended]] = []
        self._recorded: list[NewEvent] = []
        self.outcome = Outcome()
        self.counts: Counter[str] = Counter()

    async def run(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds
        await asyncio.gather(*(self._write() for _ in range(WRITERS)))
        self.outcome.counts = dict(self.counts)

    async def _write(self) -> None:
        ways = [self._plain, self._expecting, self._keyed_append, self._cancelled, self._failing]
        ways += [self._plain, self._expecting, self._held_open]
        while self._goes_on():
            await self._random.choice(ways)()
            if self._random.random() < 0.2:
                await asyncio.sleep(self._random.random() * 0.02)
            if self._random.random() < 0.005:
                time.sleep(self._random.random() * 0.05)  # noqa: ASYNC251 - the whole process stalls

    def _goes_on(self) -> bool:
        now = time.monotonic()
        return now < self._ends or (now < self._ends + PATIENCE and not all(map(self.counts.get, WAYS)))

    async def _plain(self) -> None:
        await self._sent("plain", self._append(mint("person"), events=self._random.choice((1, 1, 1, 2, 5))))

    async def _expecting(self) -> None:
        """Two writers that have read the same version: one of them must lose."""
        stream = self._random.choice(SHARED)
        last = await self._log.last(stream)
        await self._sent("expecting", self._append(stream, expected={stream: last.version if last else 0}))

    async def _keyed_append(self) -> None:
        if not self._keyed or self._random.random() < 0.4:
            append = self._append(mint("person"), key=mint("key"), fingerprint=b"first")
            if (done := await self._sent("keyed", append)) is not None:
                self._keyed.append((append, done))
            return
        first, answer = self._random.choice(self._keyed)
        again = self._append(mint("person"), key=first.key, fingerprint=self._random.choice((b"first", b"x")))
        try:
            replayed = await self._log.append(again)
            assert again.fingerprint == first.fingerprint, "another request got the first one's answer"
            assert (replayed.first, replayed.last, replayed.replayed) == (answer.first, answer.last, True)
            self.counts["replayed"] += 1
        except KeyReused:
            assert again.fingerprint != first.fingerprint
            self.counts["key reused"] += 1

    async def _cancelled(self) -> None:
        append = self._append(mint("person"))
        task = asyncio.create_task(self._sent("cancelled too late", append))
        await asyncio.sleep(self._random.choice((0, 0, 0.001, 0.004)))
        if task.cancel():
            self.outcome.unknown.update(str(new.id) for new in append.events)
            self.counts["cancelled"] += 1
        await asyncio.gather(task, return_exceptions=True)

    async def _failing(self) -> None:
        """An event that stands in the log already: its whole group fails in Postgres and is tried one by one."""
        if not self._recorded:
            return
        try:
            await self._log.append(Append(events=(self._random.choice(self._recorded),), actor="writer"))
            raise AssertionError("an event was recorded twice")
        except asyncpg.UniqueViolationError:
            self.counts["failed"] += 1

    async def _held_open(self) -> None:
        """A client that holds its transaction open behind the append, and half of the time thinks better of it."""
        append = self._append(mint("person"), events=2)
        async with self._pool.acquire() as connection:
            transaction = connection.transaction()
            await transaction.start()
            (row,) = await connection.fetch(APPEND, *arguments([prepare(append)], retried=False))
            await asyncio.sleep(self._random.random() * 0.01)
            if self._random.random() < 0.5:
                await transaction.rollback()
                self.counts["rolled back"] += 1
            else:
                await transaction.commit()
                self._acknowledge("held open", append, Appended(row["first_position"], row["last_position"]))

    async def _sent(self, way: str, append: Append) -> Appended | None:
        try:
            done = await self._log.append(append)
        except Conflict:
            self.counts["conflict"] += 1
            return None
        self._acknowledge(way, append, done)
        return done

    def _acknowledge(self, way: str, append: Append, done: Appended) -> None:
        positions = range(done.first, done.last + 1)
        for new, position in zip(append.events, positions, strict=True):
            self.outcome.acknowledged[str(new.id)] = position
        self._recorded.append(append.events[0])
        self.counts[way] += 1

    def _append(self, stream: str, *, events: int = 1, **fields: object) -> Append:
        new = [NewEvent(stream=stream, event=PersonCreated(name="Ada Quist"), id=event_id())]
        new += [
            NewEvent(stream=stream, event=PersonNamed(name=f"Ada {number}")) for number in range(1, events)
        ]
        return msgspec.structs.replace(Append(events=tuple(new), actor="writer"), **fields)


async def main(url: str, seed: str, seconds: float) -> Outcome:
    async with asyncpg.create_pool(url, min_size=2, max_size=8) as pool:
        log = Log(pool)
        writers = Writers(pool, log, random.Random(seed))
        try:
            await writers.run(seconds)
        finally:
            await log.close()
        return writers.outcome


if __name__ == "__main__":
    logging.disable(logging.WARNING)  # groups that fail are what it is about
    print(msgspec.json.encode(asyncio.run(main(sys.argv[1], sys.argv[2], float(sys.argv[3])))).decode())
