"""The log against a plain list: whatever is done to both, they answer the same."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any, ClassVar

import asyncpg
import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from events.catalogue import Event, OrganizationCreated, PersonCreated, PersonNamed
from events.envelope import Append, Appended, Conflict, KeyReused, NewEvent, Recorded
from events.ids import category_of, mint
from events.log import BEHIND_ALL, Log
from tests.support.servers import Database

SLOTS = st.integers(0, 3)  # streams of one program: three persons and an organization
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)
KEYS = st.integers(0, 2)
PRINTS = st.sampled_from([b"one", b"two"])
SOME = st.integers(0, 3)


class Row(msgspec.Struct, frozen=True):
    """An event of the model."""

    stream: str
    version: int
    event: Event


class Runner:
    """A loop and a log that outlive the programs which hypothesis makes."""

    def __init__(self, database: Database) -> None:
        self._runner = asyncio.Runner()
        self._database = database
        self.log, self._pool = self(self._open())

    def __call__(self, work: Any) -> Any:
        return self._runner.run(work)

    async def _open(self) -> tuple[Log, asyncpg.Pool]:
        pool = await asyncpg.create_pool(self._database.database_url, min_size=1, max_size=4)
        return Log(pool), pool

    def close(self) -> None:
        self(self.log.close())
        self(self._pool.close())
        self._runner.close()


class AgainstAList(RuleBasedStateMachine):
    run: ClassVar[Runner]

    def __init__(self) -> None:
        super().__init__()
        self.log = self.run.log
        self.rows: list[Row] = []  # index 0 stands at position `before` + 1
        self.keys: dict[int, tuple[bytes, Appended]] = {}

    @initialize()
    def fresh_streams(self) -> None:
        """The log goes on from program to program; streams and keys are each program's own."""
        self.streams = [mint("person"), mint("person"), mint("person"), mint("organization")]
        self.prefix = mint("key")
        self.before = self.run(self.log.head())

    @rule(slot=SLOTS, names=st.lists(NAMES, min_size=1, max_size=3))
    def append(self, slot: int, names: list[str]) -> None:
        self._append([(slot, name) for name in names])

    @rule(items=st.lists(st.tuples(SLOTS, NAMES), min_size=1, max_size=4), off=st.sampled_from([0, 0, -1, 1]))
    def append_expecting(self, items: list[tuple[int, str]], off: int) -> None:
        """To several streams with the version of each, one of which may be off."""
        slots = list(dict.fromkeys(slot for slot, _ in items))
        expected = {self.streams[slot]: self._version(slot) for slot in slots}
        wrong = self.streams[slots[-1]]
        expected[wrong] += off
        if off == 0:
            self._append(items, expected=expected)
            return
        try:
            self.run(self.log.append(self._made(items, expected=expected)))
        except Conflict as conflict:
            found = (conflict.stream, conflict.expected, conflict.actual)
            assert found == (wrong, expected[wrong], expected[wrong] - off)
        else:
            raise AssertionError("a version that the stream does not have was accepted")

    @rule(slot=SLOTS, name=NAMES, key=KEYS, fingerprint=PRINTS)
    def append_with_a_key(self, slot: int, name: str, key: int, fingerprint: bytes) -> None:
        append = self._made([(slot, name)], key=f"{self.prefix}{key}", fingerprint=fingerprint)
        if key not in self.keys:
            self.keys[key] = fingerprint, self._recorded([(slot, name)], append)
        elif self.keys[key][0] == fingerprint:
            first = self.keys[key][1]
            assert self.run(self.log.append(append)) == Appended(first.first, first.last, replayed=True)
        else:
            with pytest.raises(KeyReused):
                self.run(self.log.append(append))

    @rule(items=st.lists(st.tuples(SLOTS, NAMES, st.booleans()), min_size=2, max_size=6))
    def append_a_group(self, items: list[tuple[int, str, bool]]) -> None:
        """At once, each expecting the version that was there before, or any: of the former one a stream may win."""
        before = [self._version(slot) for slot in range(len(self.streams))]
        appends = [
            self._made([(slot, name)], expected={self.streams[slot]: before[slot]} if picky else {})
            for slot, name, picky in items
        ]

        async def together() -> list[Appended | BaseException]:
            answers: list[Appended | BaseException] = await asyncio.gather(
                *map(self.log.append, appends), return_exceptions=True
            )
            return answers

        answers: list[Appended | BaseException] = self.run(together())
        for (slot, name, picky), answer in sorted(zip(items, answers, strict=True), key=_place):
            if isinstance(answer, Appended):
                assert not picky or self._version(slot) == before[slot]
                self._remember([(slot, name)], answer)
            else:
                assert picky
                assert isinstance(answer, Conflict)
        for (slot, _, picky), answer in zip(items, answers, strict=True):
            if picky and isinstance(answer, Conflict):
                assert self._version(slot) > before[slot], "a conflict with nobody"

    @rule(after=SOME, limit=st.integers(1, 7))
    def read(self, after: int, limit: int) -> None:
        read = self.run(self.log.read(self.before + after, limit))
        assert [(r.position, r.stream, r.version, r.event) for r in read] == [
            (self.before + number, row.stream, row.version, row.event)
            for number, row in enumerate(self.rows[after : after + limit], start=after + 1)
        ]

    @rule(slot=SLOTS, after=SOME, limit=st.integers(1, 7))
    def read_a_stream(self, slot: int, after: int, limit: int) -> None:
        read = self.run(self.log.read_stream(self.streams[slot], after, limit))
        rows = [row for row in self.rows if row.stream == self.streams[slot]][after : after + limit]
        assert [(r.version, r.event) for r in read] == [(row.version, row.event) for row in rows]

    @rule(category=st.sampled_from(["person", "organization", "pers"]), limit=st.integers(1, 4))
    def read_a_category_in_batches(self, category: str, limit: int) -> None:
        found, after = [], self.before
        while batch := self.run(self.log.read_category(category, after, limit)):
            assert len(batch) <= limit
            found += batch
            after = batch[-1].position
        assert [(r.position, r.event) for r in found] == [
            (self.before + number, row.event)
            for number, row in enumerate(self.rows, start=1)
            if category_of(row.stream) == category
        ]

    @rule(slot=SLOTS, limit=st.integers(1, 4))
    def read_backwards_in_batches(self, slot: int, limit: int) -> None:
        """By position down to where the program began, by stream and by category."""
        stream = self.streams[slot]
        category = category_of(stream)
        of_stream = [row for row in self.rows if row.stream == stream]
        of_category = [row for row in self.rows if category_of(row.stream) == category]

        found = self._backwards(self.log.read_back, _position, self.before, limit)
        assert found == self.rows[::-1]
        found = self._backwards(partial(self.log.read_stream_back, stream), _version, 0, limit)
        assert found == of_stream[::-1]
        found = self._backwards(partial(self.log.read_category_back, category), _position, self.before, limit)
        assert found == of_category[::-1]

    @rule(slot=SLOTS)
    def last(self, slot: int) -> None:
        last = self.run(self.log.last(self.streams[slot]))
        rows = [row for row in self.rows if row.stream == self.streams[slot]]
        assert (last and (last.version, last.event)) == ((rows[-1].version, rows[-1].event) if rows else None)

    @precondition(lambda self: self.rows)
    @rule(data=st.data())
    def position_at(self, data: st.DataObject) -> None:
        number = data.draw(st.integers(0, len(self.rows) - 1))
        instants: list[datetime] = [r.recorded_at for r in self.run(self.log.read(self.before, 10_000))]
        assert instants == sorted(instants)
        at = instants[number]
        assert self.run(self.log.position_at(at)) == self.before + sum(instant <= at for instant in instants)
        earlier = self.run(self.log.position_at(at - timedelta(microseconds=1)))
        assert earlier <= self.before + number

    @invariant()
    def head(self) -> None:
        assert self.run(self.log.head()) == self.before + len(self.rows)

    def _append(self, items: list[tuple[int, str]], **fields: Any) -> None:
        self._recorded(items, self._made(items, **fields))

    def _recorded(self, items: list[tuple[int, str]], append: Append) -> Appended:
        done: Appended = self.run(self.log.append(append))
        assert not done.replayed
        self._remember(items, done)
        return done

    def _remember(self, items: list[tuple[int, str]], done: Appended) -> None:
        first = self.before + len(self.rows) + 1
        assert (done.first, done.last) == (first, first + len(items) - 1)
        for slot, name in items:
            version = self._version(slot) + 1
            self.rows.append(Row(self.streams[slot], version, _event(slot, name)))

    def _made(self, items: list[tuple[int, str]], **fields: Any) -> Append:
        events = tuple(NewEvent(stream=self.streams[slot], event=_event(slot, name)) for slot, name in items)
        return Append(events=events, actor="model", **fields)

    def _backwards(
        self, read: Callable[..., Any], at: Callable[[Recorded], int], end: int, limit: int
    ) -> list[Row]:
        """What a reading gives, batch by batch, until it comes down to `end`."""
        found: list[Recorded] = []
        before = BEHIND_ALL
        while before > end and (batch := self.run(read(before=before, limit=limit))):
            assert len(batch) <= limit
            found += batch
            before = at(batch[-1])
        return [Row(r.stream, r.version, r.event) for r in found if at(r) > end]

    def _version(self, slot: int) -> int:
        return sum(row.stream == self.streams[slot] for row in self.rows)


def _event(slot: int, name: str) -> Event:
    match slot:
        case 3:
            return OrganizationCreated(name=name)
        case 2:
            return PersonNamed(name=name)
        case _:
            return PersonCreated(name=name)


def _position(recorded: Recorded) -> int:
    return recorded.position


def _version(recorded: Recorded) -> int:
    return recorded.version


def _place(item: tuple[Any, Appended | BaseException]) -> int:
    """In the order of the log; what was refused last."""
    return item[1].first if isinstance(item[1], Appended) else sys.maxsize


@pytest.fixture
def run(each_database: Database) -> Iterator[Runner]:
    run = Runner(each_database)
    yield run
    run.close()


def test_the_log_answers_as_a_list_would(run: Runner) -> None:
    class Machine(AgainstAList):
        pass

    Machine.run = run
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=10,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
