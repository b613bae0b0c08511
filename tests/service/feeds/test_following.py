"""What is kept for readers, and what is read from the tables, give each reader the same: everything wanted, once."""

import asyncio
import contextlib
import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import msgspec
import pytest
import pytest_asyncio
from litestar.types import HTTPResponseBodyEvent

from events.catalogue import SubscriptionFilter, to_builtin
from events.follow import Waker
from events.log import Log
from projections.applying import CHANGES_CHANNEL
from projections.model import Change, ChangeId, ChangeKind, Membership
from projections.views import Views
from service import listening
from service.feeds import following
from service.feeds.following import Follower, id_of
from service.feeds.stream import ChangeStream
from service.feeds.wanted import EVERYTHING, Wanted
from service.keyring import KeyRing
from tests.support.servers import Database

KINDS: tuple[ChangeKind, ...] = ("appointed", "left_office", "standing")
encode = msgspec.json.Encoder(enc_hook=to_builtin).encode


class Tables:
    """Tells Changes as the projector does: rows, watermark and notification together."""

    def __init__(self, admin: asyncpg.Connection, seed: random.Random) -> None:
        self._admin = admin
        self.random = seed
        self.position = 0
        self.told: list[Change] = []

    async def tell(self, events: int) -> None:
        async with self._admin.transaction():
            for _ in range(events):
                self.position += self.random.randint(1, 3)  # most events make no Change
                for ordinal in range(1, self.random.randint(1, 4)):
                    change = self._change(ordinal)
                    self.told.append(change)
                    await self._admin.execute(
                        "INSERT INTO change VALUES ($1, $2, $3, $4, false, NULL, $5)",
                        *(self.position, ordinal, change.post, change.kind, encode(change)),
                    )
            await self._admin.execute(
                "UPDATE cursor SET position = $1 WHERE name = 'projector'", self.position
            )
            await self._admin.execute("SELECT pg_notify($1, '')", CHANGES_CHANNEL)

    def _change(self, ordinal: int) -> Change:
        post, person = f"post-{self.random.randrange(4)}", f"person-{self.random.randrange(5)}"
        held = Membership(
            post=post, person=person, capacity="substantive", start=None, end=None, reason=None,
            standing="official", checked_by="machine", first_attested=None, last_attested=None, incoming=None,
            claims=(),
        )  # fmt: skip
        return Change(
            id=f"{self.position}.{ordinal}", post=post, kind=self.random.choice(KINDS), current_changed=False,
            effective=None, before=(), after=(held,), cause="e", recorded_at="2026-03-10T00:00:00Z",
        )  # fmt: skip


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pool(database: Database) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(database.database_url, min_size=1, max_size=8) as pool:
        yield pool


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def tables(database: Database) -> AsyncIterator[Tables]:
    seed = random.randrange(10**9)
    print("seed", seed)
    admin = await asyncpg.connect(database.admin_url)
    for post in range(4):
        await admin.execute(
            "INSERT INTO post VALUES ($1, 'a', 'a', $2, 1, 'table', 730, 'UTC', false, 0)",
            *(f"post-{post}", f"organization-{post % 2}"),
        )
        for person in range(5):
            await admin.execute(
                "INSERT INTO membership (id, from_position, to_position, fold_version, post, person, capacity,"
                " standing, checked_by) VALUES ($1, 1, 2, 1, $2, $3, 'substantive', 'official', 'machine')",
                *(post * 10 + person, f"post-{post}", f"person-{person}"),
            )
    yield Tables(admin, random.Random(seed))
    await admin.close()


@asynccontextmanager
async def follower(pool: asyncpg.Pool, most_readers: int = 100) -> AsyncIterator[Follower]:
    """A follower that runs for the block."""
    log, waker = Log(pool), Waker(pool, CHANGES_CHANNEL, poll=0.1)
    views, stop = Views(pool, log), asyncio.Event()
    follower = Follower(views, KeyRing(log, waker), waker, most_readers=most_readers)
    running = asyncio.create_task(follower.run(stop))
    try:
        yield follower
    finally:
        stop.set()
        await running
        await asyncio.gather(waker.close(), views.close(), log.close())


class Client:
    """Runs a stream as a server does, and keeps what it is sent. `takes` cleared: it takes nothing more."""

    def __init__(self, follower: Follower, wanted: Wanted, after: ChangeId) -> None:
        self.takes = asyncio.Event()
        self.takes.set()
        self.sent = b""
        self.over = False
        self._leaves = asyncio.Event()
        self._first = True
        answer = ChangeStream(follower, wanted, after, None)
        self._task = asyncio.create_task(answer({"method": "GET"}, self._receive, self._send))  # type: ignore[arg-type]

    async def _receive(self) -> Any:
        if self._first:
            self._first = False
            return {"type": "http.request", "body": b"", "more_body": False}
        await self._leaves.wait()
        return {"type": "http.disconnect"}

    async def _send(self, event: Any) -> None:
        await self.takes.wait()
        if event["type"] == "http.response.body":
            body: HTTPResponseBodyEvent = event
            self.sent += body["body"]
            self.over = not body["more_body"]

    def ids(self) -> list[str]:
        """Of the events with data."""
        blocks = self.sent.decode().split("\n\n")
        return [block.split("\n")[0][4:] for block in blocks if "\ndata: " in block]

    async def leave(self) -> None:
        self._leaves.set()
        await asyncio.wait_for(self._task, 5)

    async def ended(self) -> None:
        await asyncio.wait_for(self._task, 10)


async def until(true: Any, seconds: float = 10.0) -> None:
    for _ in range(int(seconds * 100)):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not come true")


WANTED = (
    EVERYTHING,
    Wanted(about=SubscriptionFilter(posts=("post-1",))),
    Wanted(about=SubscriptionFilter(persons=("person-1", "person-2"))),
    Wanted(about=SubscriptionFilter(organizations=("organization-0",)), kinds=frozenset({"appointed"})),
    Wanted(about=SubscriptionFilter(persons=("person-3",), organizations=("organization-1",))),
    Wanted(kinds=frozenset({"retracted"})),
    Wanted(types=frozenset({"timeline.amended"})),
)


def expected(tables: Tables, wanted: Wanted, after: str) -> list[str]:
    """The rule itself, in one line a filter."""
    about = wanted.about
    return [
        change.id
        for change in tables.told
        if place(change.id) > place(after)
        and (not about.posts or change.post in about.posts)
        and (not about.persons or change.after[0].person in about.persons)
        and (not about.organizations or f"organization-{int(change.post[-1]) % 2}" in about.organizations)
        and (not wanted.kinds or change.kind in wanted.kinds)
    ]


def place(id: str) -> ChangeId:
    position, ordinal = id.split(".")
    return int(position), int(ordinal)


async def test_every_reader_hears_all_that_is_wanted_once_and_in_order_wherever_it_begins(
    pool: asyncpg.Pool, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a follower that keeps little, sends little at once, and readers that begin and pause anywhere
    monkeypatch.setattr(following, "MOST_KEPT", 7)
    monkeypatch.setattr(following, "CHUNK", 600)
    await tables.tell(40)
    async with follower(pool) as follows:
        clients: list[tuple[Client, Wanted, str]] = []
        for number in range(60):
            wanted, after = tables.random.choice(WANTED), tables.random.choice(tables.told).id
            clients.append((Client(follows, wanted, place(after)), wanted, after))
            for client, _, _ in tables.random.sample(clients, min(5, len(clients))):
                (client.takes.clear if tables.random.random() < 0.5 else client.takes.set)()
            if number % 3 == 0:
                await tables.tell(tables.random.randint(1, 12))
            await asyncio.sleep(0)
        # When all of them take what they are sent
        for client, _, _ in clients:
            client.takes.set()
        # Then each has heard just what the rule says
        for client, wanted, after in clients:
            await until(lambda c=client, w=wanted, a=after: len(c.ids()) >= len(expected(tables, w, a)))
            assert client.ids() == expected(tables, wanted, after)
            await client.leave()


async def test_a_reader_that_takes_nothing_is_dropped_and_the_others_go_on(
    pool: asyncpg.Pool, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "PATIENCE", 0.3)
    monkeypatch.setattr(following, "LOOKED_AFTER", 0.05)
    async with follower(pool, most_readers=4) as follows:
        begin = (tables.position + 1, 0)
        stuck, lively = Client(follows, EVERYTHING, begin), Client(follows, EVERYTHING, begin)
        await until(lambda: stuck.sent and lively.sent)
        stuck.takes.clear()
        await tables.tell(3)

        await stuck.ended()

        await until(lambda: lively.ids() == expected(tables, EVERYTHING, id_of(begin)))
        assert follows.refusal("key") is None
        await lively.leave()


async def test_a_reader_without_news_is_shown_that_the_stream_lives_and_where_it_stands(
    pool: asyncpg.Pool, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "HEARTBEAT", 0.1)
    monkeypatch.setattr(following, "LOOKED_AFTER", 0.05)
    async with follower(pool) as follows:
        client = Client(follows, Wanted(kinds=frozenset({"retracted"})), (tables.position + 1, 0))
        await until(lambda: b": alive\n" in client.sent)
        told = len(tables.told)
        while len(tables.told) == told:  # most events make no Change
            await tables.tell(2)

        await until(lambda: b"id: %s\n\n: alive\n" % tables.told[-1].id.encode() in client.sent)

        assert client.ids() == []
        await client.leave()


async def test_there_is_room_for_so_many_and_half_of_it_for_one_key(pool: asyncpg.Pool) -> None:
    async with follower(pool, most_readers=4) as follows:
        with follows.reading("a"), follows.reading("a"):
            assert "with this key" in (follows.refusal("a") or "")
            assert follows.refusal("b") is None
            with follows.reading("b"), follows.reading("c"):
                assert "4 streams" in (follows.refusal("d") or "")
        assert follows.refusal("a") is None


async def test_the_kernel_drops_a_connection_whose_client_takes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given a listening socket of this process, as the server opens it, and little patience
    monkeypatch.setattr(listening, "_PATIENCE", 1_000)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        await asyncio.wait_for(listening.drop_who_takes_nothing(), 5)
        with socket.create_connection(listener.getsockname()), listener.accept()[0] as accepted:
            accepted.setblocking(False)
            lying = 0
            try:
                while True:
                    lying += accepted.send(b"x" * 10_000)
            except BlockingIOError:
                assert lying < 4 * listening._SEND_BUFFER, "what may lie there is bounded"

            # When it takes nothing, then writing fails after a while
            async def fails() -> None:
                for _ in range(100):
                    await asyncio.sleep(0.1)
                    with contextlib.suppress(BlockingIOError):
                        accepted.send(b"x")

            with pytest.raises(TimeoutError, match="timed out"):
                await fails()
