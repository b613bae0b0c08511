"""What the desk is told of the past: names that are known, and what stands."""

from collections.abc import AsyncIterator

import asyncpg
import msgspec
import pytest
import pytest_asyncio

from events.dates import PartialDate
from events.naming.organizations import organization_fingerprint
from events.naming.persons import person_keys
from events.naming.posts import post_key
from events.register import Register, Standing
from projections.register import StoredRegister, StoredStanding
from projections.watermark import Watermark
from tests.projections.newsroom import Newsroom, Told

pytestmark = pytest.mark.usefixtures("projector")


class Town(msgspec.Struct):
    ada: str
    ben: str
    town: str
    mayor: str
    treasurer: str
    paper: str
    article: str
    position: int


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def register(pool: asyncpg.Pool) -> AsyncIterator[Register]:
    watermark = Watermark(pool)
    yield StoredRegister(pool, watermark)
    await watermark.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def standing(pool: asyncpg.Pool) -> Standing:
    return StoredStanding(pool)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(newsroom: Newsroom, register: Register) -> Town:
    await newsroom.day("2024-03-10")
    ada, ben = await newsroom.person("Ada Quist"), await newsroom.person("Ben Osei")
    town, paper = await newsroom.organization("Springfield"), await newsroom.publisher("Ledger")
    mayor, treasurer = await newsroom.post("mayor", town, seats=1), await newsroom.post("treasurer", town)
    text = "News\nMayor Ada Quist. Ben Osei elected, to start in May; was treasurer until February"
    article = await newsroom.article(
        paper, "2024-03-09", text,
        Told("holds", ada, mayor, "Mayor Ada Quist", {"official": True}),
        Told("elected", ben, mayor, "Ben Osei elected", {"date": PartialDate.parse("2024-05-01")}),
        Told("out", ben, treasurer, "until February", {"date": PartialDate.parse("2024-02")}),
    )  # fmt: skip
    rejected = Told("holds", ada, treasurer, "Mayor")
    await newsroom.article(paper, "2024-03-09", "News\nMayor", rejected, state="rejected")
    assert await register.caught_up(newsroom.position, 10)
    return Town(ada, ben, town, mayor, treasurer, paper, article, newsroom.position)


async def test_a_person_is_known_by_every_key_of_a_name_with_their_posts(
    town: Town, register: Register
) -> None:
    (person,) = await register.persons(person_keys("QUIST, Ada"))

    assert (person.id, person.names) == (town.ada, ("Ada Quist",))
    assert [(post.id, post.label, post.seats) for post in person.posts] == [(town.mayor, "mayor", 1)]
    assert await register.persons(person_keys("Cora Lindt")) == []


async def test_an_organization_is_known_by_its_fingerprint(town: Town, register: Register) -> None:
    fingerprint = organization_fingerprint("Springfield")

    (organization,) = await register.organizations([fingerprint, "another"])

    assert (organization.id, organization.name, organization.fingerprint) == (
        town.town, "Springfield", fingerprint
    )  # fmt: skip


async def test_a_post_is_known_within_its_organization(town: Town, register: Register) -> None:
    (post,) = await register.posts([post_key("Mayor")], [town.town])

    assert (post.id, post.organization, post.key) == (town.mayor, town.town, post_key("mayor"))
    assert await register.posts([post_key("Mayor")], ["organization-other"]) == []


async def test_the_holders_of_a_post_are_those_of_then_now_and_to_come(
    town: Town, register: Register
) -> None:
    found = {person.id: {post.id for post in person.posts} for person in await register.holders([town.mayor])}

    assert found == {town.ada: {town.mayor}, town.ben: {town.mayor, town.treasurer}}


async def test_what_stands_leaves_out_who_is_to_come_and_who_has_gone(town: Town, standing: Standing) -> None:
    holdings = await standing.holdings([town.mayor, town.treasurer])

    assert [(each.person, each.post) for each in holdings] == [(town.ada, town.mayor)]
    assert str(holdings[0].since) == "2024-03-09"


async def test_backings_tell_who_said_it_and_when_but_not_what_was_rejected(
    town: Town, standing: Standing
) -> None:
    (backing,) = await standing.backings([(town.ada, town.mayor), (town.ada, town.treasurer)])

    assert (backing.article, backing.origin, backing.kind, backing.official) == (
        town.article, town.paper, "holds", True
    )  # fmt: skip
    assert (backing.state, backing.rule, str(backing.day)) == ("accepted", "test", "2024-03-09")


async def test_who_waits_for_what_is_not_there_is_told_so(town: Town, register: Register) -> None:
    assert await register.caught_up(town.position, 0)
    assert not await register.caught_up(town.position + 1_000, 0.05)
