"""The desk on the real log: what it makes of an article, and that nothing can double or lose it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import asyncpg
import msgspec
import pytest
import pytest_asyncio

from events.catalogue import (
    ArticleRead,
    ArticleReceived,
    ArticleReleased,
    ArticleTraced,
    ClaimsDecided,
    Decision,
    Event,
    PersonCreated,
    PublisherRegistered,
    PubStatus,
    type_of,
)
from events.copies import Copies
from events.cursor import Cursor
from events.desk import Desk
from events.envelope import Append, Appended, NewContent, NewEvent, Recorded
from events.extraction import Extraction
from events.ids import article_id, mint
from events.log import Log
from events.register import Register, Standing
from projections.projector import Projector
from projections.register import StoredRegister, StoredStanding
from projections.watermark import Watermark
from tests.events.line_extractor import LineExtractor
from tests.events.read_side import ReadSide
from tests.support.servers import Database

IN = "in | Ada Quist | chair | Olin Corp | 2024-05-01 |"
OUT = "out | Ada Quist | chairwoman | Olin Corporation | 2025-02-01 |"


class Newsroom:
    """A log, a read side and a desk, and the ways in which articles come."""

    def __init__(
        self, pool: asyncpg.Pool, log: Log, executor: ThreadPoolExecutor, watermark: Watermark | None
    ) -> None:
        self.pool, self.log = pool, log
        self.executor = executor
        self.watermark = watermark
        self.read_side = ReadSide(log)
        self.desk = self.new_desk()

    def new_desk(self, log: Log | None = None) -> Desk:
        register: Register
        standing: Standing
        if self.watermark is None:
            register = standing = ReadSide(self.log)
        else:
            register, standing = StoredRegister(self.pool, self.watermark), StoredStanding(self.pool)
        extraction = Extraction(LineExtractor(), lambda: self.executor)
        return Desk(
            log or self.log,
            Cursor(self.pool, "desk"),
            register,
            standing,
            extraction,
            Copies(self.pool, self.log),
        )

    async def publisher(self, *, trusted: bool = False) -> str:
        publisher = mint("publisher")
        await self._append(publisher, PublisherRegistered(name="A paper", trusted=trusted))
        return publisher

    async def receive(
        self,
        publisher: str,
        text: str,
        *,
        uri: str = "https://paper.example/1",
        version: int = 1,
        pubstatus: PubStatus = "usable",
        embargoed: str | None = None,
        credit: str | None = None,
        published: str = "2025-02-01",
    ) -> Recorded:
        content = NewContent(body=text.encode(), media_type="text/plain")
        event = ArticleReceived(
            version=version, uri=uri, publisher=publisher, text=content.ref, original=content.ref, title_length=0,
            published=published, pubstatus=pubstatus, embargoed=embargoed, credit=credit,
        )  # fmt: skip
        return await self._append(article_id(publisher, uri), event, content)

    async def decide(self, article: str, claim: str, state: str) -> None:
        decision = msgspec.convert(
            {"claim": claim, "state": state, "rule": "editor", "checked_by": "editor"}, Decision
        )
        await self._append(article, ClaimsDecided(decisions=(decision,)))

    async def read(self, *received: Recorded, desk: Desk | None = None) -> None:
        await (desk or self.desk).read(received)
        await self.read_side.caught_up(await self.log.head(), 1)

    async def states(self, article: str) -> dict[tuple[str, str], tuple[str, str]]:
        claims = self.read_side.claims_of(article)
        return {told: self.read_side.state(claim) for told, claim in claims.items()}

    async def _append(self, stream: str, event: Event, *contents: NewContent) -> Recorded:
        new = NewEvent(stream=stream, event=event)
        done = await self.log.append(Append(events=(new,), actor="tester", contents=contents))
        return (await self.log.read(done.first - 1, 1))[0]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def pool(database: Database) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(database.database_url, min_size=1, max_size=8) as pool:
        yield pool


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def watermark(pool: asyncpg.Pool) -> AsyncIterator[Watermark]:
    """The read side that the service has, projecting for as long as the module lasts."""
    log, watermark, stop = Log(pool, poll=0.2), Watermark(pool), asyncio.Event()
    projecting = asyncio.create_task(Projector(pool, log).run(stop))
    yield watermark
    stop.set()
    await projecting
    await watermark.close()
    await log.close()


@pytest_asyncio.fixture(loop_scope="module", params=["memory", "tables"])
async def newsroom(
    request: pytest.FixtureRequest, pool: asyncpg.Pool, watermark: Watermark
) -> AsyncIterator[Newsroom]:
    """Every test runs with a read side folded in memory, and with that of the projections."""
    log = Log(pool, poll=0.2)
    with ThreadPoolExecutor(2) as executor:
        yield Newsroom(pool, log, executor, watermark if request.param == "tables" else None)
    await log.close()


def unique(text: str) -> str:
    """The text with names that no other test of the module uses: they share one log."""
    word = mint("person")[-6:].translate(str.maketrans("0123456789", "ghjkmnpqrs")).title()
    return text.replace("uist", f"uist{word.lower()}").replace("Olin", f"O{word}")


async def test_an_article_becomes_one_append_in_the_order_of_its_making(newsroom: Newsroom) -> None:
    received = await newsroom.receive(await newsroom.publisher(), unique(IN))

    await newsroom.read(received)

    made = await newsroom.log.read(received.position)
    assert [type_of(recorded.event) for recorded in made] == [
        "organization.created", "name.reserved", "post.opened", "name.reserved", "person.created", "name.reserved",
        "article.read", "claims.resolved", "claims.decided",
    ]  # fmt: skip
    assert {(r.cause, r.correlation, r.actor) for r in made} == {(received.id, received.correlation, "desk")}
    assert len({r.recorded_at for r in made}) == 1
    assert list((await newsroom.states(received.stream)).values()) == [("accepted", "change")]


async def test_an_article_without_claims_is_read_all_the_same(newsroom: Newsroom) -> None:
    received = await newsroom.receive(await newsroom.publisher(), "Nothing happened in the town today.")

    await newsroom.read(received)

    made = await newsroom.log.read(received.position)
    assert [recorded.event for recorded in made] == [ArticleRead(version=1, extractor="lines/1")]


async def test_reading_again_changes_nothing(newsroom: Newsroom) -> None:
    received = await newsroom.receive(await newsroom.publisher(), unique(IN))
    await newsroom.read(received)
    head = await newsroom.log.head()

    await newsroom.read(received)
    await newsroom.read(received, desk=newsroom.new_desk())

    assert await newsroom.log.head() == head


async def test_a_person_known_by_another_article_is_found_again(newsroom: Newsroom) -> None:
    text, publisher = unique(IN), await newsroom.publisher()
    first = await newsroom.receive(publisher, text, uri="https://paper.example/a")
    second = await newsroom.receive(publisher, text.replace("Ada", "ADA"), uri="https://paper.example/b")

    await newsroom.read(first, second)

    made = [type_of(r.event) for r in await newsroom.log.read(second.position) if r.cause == second.id]
    assert made == ["article.read", "claims.resolved", "claims.decided"]


async def test_two_desks_and_two_articles_at_once_create_one_person(newsroom: Newsroom) -> None:
    text, publisher = unique(IN), await newsroom.publisher()
    received = [
        await newsroom.receive(publisher, text, uri=f"https://paper.example/{number}") for number in range(6)
    ]

    await asyncio.gather(*(newsroom.new_desk().read([r]) for r in received for _ in range(2)))

    made = await newsroom.log.read(received[-1].position)
    assert len([r for r in made if isinstance(r.event, PersonCreated)]) == 1
    assert sorted(r.stream for r in made if isinstance(r.event, ArticleRead)) == sorted(
        r.stream for r in received
    )


async def test_a_desk_that_dies_between_reading_and_noting_its_place_doubles_nothing(
    newsroom: Newsroom,
) -> None:
    text, publisher = unique(IN), await newsroom.publisher()
    articles = [await newsroom.receive(publisher, text, uri=f"https://paper.example/{n}") for n in range(4)]

    class Dying(Log):
        """Dies in the middle: the append is recorded, and nobody hears of it."""

        async def append(self, append: Append) -> Appended:
            done = await super().append(append)
            if append.cause == articles[1].id:
                raise ConnectionError("the process died here")
            return done

    dying = Dying(newsroom.pool)
    run = asyncio.gather(newsroom.new_desk(log=dying).run(), return_exceptions=True)
    assert isinstance((await asyncio.wait_for(run, 20))[0], ConnectionError)
    await dying.close()

    await run_until_read(newsroom, newsroom.new_desk(), articles)

    read = [
        r.stream for r in await newsroom.log.read(articles[0].position) if isinstance(r.event, ArticleRead)
    ]
    assert sorted(read) == sorted(article.stream for article in articles)


async def test_the_desk_follows_the_log_and_keeps_its_place(newsroom: Newsroom) -> None:
    article = await newsroom.receive(await newsroom.publisher(), unique(IN))

    await run_until_read(newsroom, newsroom.desk, [article])

    assert await Cursor(newsroom.pool, "desk").position() >= article.position


async def test_a_new_version_withdraws_what_it_no_longer_says_and_keeps_the_rest(newsroom: Newsroom) -> None:
    publisher = await newsroom.publisher()
    text = unique(f"{IN}\nnominated | Bo Quist | treasurer | Olin Corp | |")
    first = await newsroom.receive(publisher, text)
    second = await newsroom.receive(publisher, text.splitlines()[0] + "\nMore.", version=2)

    await newsroom.read(first)
    await newsroom.read(second)

    states = await newsroom.states(first.stream)
    assert sorted((kind, state) for (kind, _), state in states.items()) == [
        ("in", ("accepted", "change")),
        ("nominated", ("withdrawn", "no_longer_made")),
    ]
    decided = [
        r.event for r in await newsroom.log.read_stream(first.stream) if isinstance(r.event, ClaimsDecided)
    ]
    assert [len(event.decisions) for event in decided] == [2, 1], "what stays is not decided again"


async def test_an_editors_decision_survives_versions_even_one_that_left_the_claim_out(
    newsroom: Newsroom,
) -> None:
    publisher, text = await newsroom.publisher(), unique(IN)
    await newsroom.read(await newsroom.receive(publisher, text))
    article = article_id(publisher, "https://paper.example/1")
    (claim,) = newsroom.read_side.claims_of(article).values()
    await newsroom.decide(article, claim, "rejected")

    await newsroom.read(await newsroom.receive(publisher, f"{text}\nMore.", version=2))
    kept = newsroom.read_side.state(claim)
    await newsroom.read(await newsroom.receive(publisher, "Nothing.", version=3))
    await newsroom.read(await newsroom.receive(publisher, text, version=4))

    assert kept == ("rejected", "editor")
    assert newsroom.read_side.state(claim) == ("rejected", "editor")


async def test_a_killed_article_withdraws_all_of_its_claims(newsroom: Newsroom) -> None:
    publisher = await newsroom.publisher()
    first = await newsroom.receive(publisher, unique(IN))
    killed = await newsroom.receive(publisher, "Killed.", version=2, pubstatus="canceled")

    await newsroom.read(first, killed)

    assert set((await newsroom.states(first.stream)).values()) == {("withdrawn", "canceled")}


async def test_an_older_version_that_is_read_late_changes_nothing_that_stands(newsroom: Newsroom) -> None:
    publisher, text = (
        await newsroom.publisher(),
        unique(f"{IN}\nnominated | Bo Quist | treasurer | Olin Corp | |"),
    )
    newer = await newsroom.receive(publisher, text.splitlines()[0], version=2)
    older = await newsroom.receive(publisher, text, version=1)

    await newsroom.read(newer, older)

    states = await newsroom.states(newer.stream)
    assert sorted((kind, state) for (kind, _), state in states.items()) == [
        ("in", ("accepted", "change")),
        ("nominated", ("superseded", "newer_version")),
    ]


async def test_a_sealed_or_withheld_article_is_not_read_until_it_is_released(newsroom: Newsroom) -> None:
    publisher = await newsroom.publisher()
    sealed = await newsroom.receive(publisher, unique(IN), embargoed="2030-01-01T00:00:00Z")
    withheld = await newsroom.receive(
        publisher, unique(IN), uri="https://paper.example/w", pubstatus="withheld"
    )
    await newsroom.read(sealed, withheld)
    before = await newsroom.log.head()

    released = await newsroom._append(sealed.stream, ArticleReleased(version=1))
    await newsroom.read(released)

    assert before == withheld.position
    assert list((await newsroom.states(sealed.stream)).values()) == [("accepted", "change")]


async def test_one_article_does_not_end_a_standing_membership_but_a_second_origin_does(
    newsroom: Newsroom,
) -> None:
    took, left = unique(f"{IN}\n{OUT}official").splitlines()
    publishers = [await newsroom.publisher() for _ in range(3)]
    await newsroom.read(await newsroom.receive(publishers[0], took))

    first = await newsroom.receive(publishers[1], left, uri="https://one.example/1", credit="Wire")
    await newsroom.read(first)
    alone = await newsroom.states(first.stream)
    same_wire = await newsroom.receive(publishers[2], left, uri="https://two.example/1", credit="Wire")
    await newsroom.read(same_wire)
    one_origin = await newsroom.states(same_wire.stream)
    second = await newsroom.receive(publishers[2], left, uri="https://two.example/2")
    await newsroom.read(second)

    assert set(alone.values()) == {("proposed", "contradicts_standing")}
    assert set(one_origin.values()) == {("proposed", "contradicts_standing")}
    assert set((await newsroom.states(second.stream)).values()) == {("accepted", "second_origin")}
    assert set((await newsroom.states(first.stream)).values()) == {("accepted", "second_origin")}, "released"


def report() -> str:
    """Words that no other article has."""
    return " ".join(mint("article")[-6:] for _ in range(14))


async def test_two_publishers_that_print_one_report_are_one_origin(newsroom: Newsroom) -> None:
    took, left = unique(f"{IN}\n{OUT}official").splitlines()
    publishers, words = [await newsroom.publisher() for _ in range(4)], report()
    await newsroom.read(await newsroom.receive(publishers[0], took))

    first = await newsroom.receive(publishers[1], f"{left}\n{words}", uri="https://one.example/5")
    await newsroom.read(first)
    copy = await newsroom.receive(
        publishers[2], f"Our own words first, then\n{left}\n{words.upper()}.", uri="https://two.example/5"
    )
    await newsroom.read(copy)
    one_origin = await newsroom.states(copy.stream)
    second = await newsroom.receive(publishers[3], left, uri="https://three.example/5")
    await newsroom.read(second)

    traced = [
        r.event for r in await newsroom.log.read_stream(copy.stream) if isinstance(r.event, ArticleTraced)
    ]
    assert traced == [ArticleTraced(version=1, origin=publishers[1])]
    assert set(one_origin.values()) == {("proposed", "contradicts_standing")}
    assert set((await newsroom.states(second.stream)).values()) == {("accepted", "second_origin")}


async def test_a_credit_that_comes_later_is_that_of_the_copies_before_it(newsroom: Newsroom) -> None:
    took, left = unique(f"{IN}\n{OUT}official").splitlines()
    publishers = [await newsroom.publisher() for _ in range(3)]
    await newsroom.read(await newsroom.receive(publishers[0], took))
    text = f"{left}\n{report()}"
    bare = await newsroom.receive(publishers[1], text, uri="https://one.example/6")
    await newsroom.read(bare)

    credited = await newsroom.receive(publishers[2], text, uri="https://two.example/6", credit="Wire")
    await newsroom.read(credited)
    await newsroom.read(credited)

    traced = [
        r.event for r in await newsroom.log.read_stream(bare.stream) if isinstance(r.event, ArticleTraced)
    ]
    assert traced == [ArticleTraced(version=1, origin="Wire")]
    assert set((await newsroom.states(credited.stream)).values()) == {("proposed", "contradicts_standing")}


async def test_a_trusted_publisher_ends_a_standing_membership_alone(newsroom: Newsroom) -> None:
    took, left = unique(f"{IN}\n{OUT}").splitlines()
    await newsroom.read(await newsroom.receive(await newsroom.publisher(), took))

    article = await newsroom.receive(await newsroom.publisher(trusted=True), left)
    await newsroom.read(article)

    assert set((await newsroom.states(article.stream)).values()) == {("accepted", "trusted_publisher")}


async def test_an_extractor_that_raises_leaves_the_article_read_without_claims(newsroom: Newsroom) -> None:
    publisher = await newsroom.publisher()
    bad = await newsroom.receive(publisher, "raise")
    good = await newsroom.receive(publisher, unique(IN), uri="https://paper.example/good")

    await newsroom.read(bad, good)

    (read,) = [
        r.event for r in await newsroom.log.read_stream(bad.stream) if isinstance(r.event, ArticleRead)
    ]
    assert read == ArticleRead(version=1, extractor="lines/1/failed")
    assert list((await newsroom.states(good.stream)).values()) == [("accepted", "change")]


async def test_names_left_to_an_editor_leave_the_claim_proposed(newsroom: Newsroom) -> None:
    article = await newsroom.receive(
        await newsroom.publisher(), unique("in | Ada Quist | finance minister | | |")
    )

    await newsroom.read(article)

    assert set((await newsroom.states(article.stream)).values()) == {("proposed", "unresolved")}


async def test_an_article_that_names_very_many_people_is_read_whole(newsroom: Newsroom) -> None:
    names = [f"Ada Q{chr(97 + n // 26)}{chr(97 + n % 26)}uist" for n in range(600)]
    text = unique("\n".join(f"holds | {name} | member | Olin Corp | |" for name in names))
    article = await newsroom.receive(await newsroom.publisher(), text)

    await newsroom.read(article)

    states = await newsroom.states(article.stream)
    assert len(states) == 600
    assert set(states.values()) == {("accepted", "holds")}


@pytest.mark.slow
async def test_a_reading_too_large_for_an_event_is_recorded_as_failed(newsroom: Newsroom) -> None:
    post, organization = "member " + "of the inner circle " * 5, "Olin Corp" + " and Daughters" * 7
    line = f"holds | Ada Quist | {post} | {organization} | {{}}-{{:02}}-{{:02}} |"
    text = "\n".join(line.format(1900 + n // 300, n % 12 + 1, n // 12 % 25 + 1) for n in range(2400))
    article = await newsroom.receive(await newsroom.publisher(), unique(text))

    await newsroom.read(article)

    read = [
        r.event for r in await newsroom.log.read_stream(article.stream) if isinstance(r.event, ArticleRead)
    ]
    assert read == [ArticleRead(version=1, extractor="lines/1/failed")]


async def run_until_read(newsroom: Newsroom, desk: Desk, articles: list[Recorded]) -> None:
    """Runs the desk until it has read the articles and noted its place behind the last of them."""
    task = asyncio.create_task(desk.run())
    try:
        cursor = Cursor(newsroom.pool, "desk")
        await until(lambda: _is_behind(cursor, articles[-1].position), task)
    finally:
        task.cancel()
        await asyncio.wait({task}, timeout=10)
    assert task.done(), "a desk that is cancelled stops"


async def _is_behind(cursor: Cursor, position: int) -> bool:
    return await cursor.position() >= position


async def until(true: Callable[[], Awaitable[bool]], task: asyncio.Task[None]) -> None:
    async with asyncio.timeout(20):
        while not await true():
            if task.done():
                task.result()
            await asyncio.sleep(0.02)
