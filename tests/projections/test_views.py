"""The main job, from events to answers: who held which post on a day, as known when."""

from datetime import UTC, date, datetime

import msgspec
import pytest
import pytest_asyncio

from events.dates import PartialDate
from projections.model import HoldersAnswer
from projections.projector import Projector
from projections.views import Views
from tests.projections.newsroom import Newsroom, Told

pytestmark = pytest.mark.usefixtures("projector")

DISMISSAL = """Moscow replaces its logistics chief
The ministry said on its channel that Deputy Defence Minister Dmitry Bulgakov had been relieved of his duties.
Col. Gen. Mikhail Mizintsev takes the job. “Reform”, said President Vladimir Putin – “at last”.
"""
LATER = """A general's fall
State television reported that Bulgakov, once deputy defence minister, had been let go in September.
"""


class Story(msgspec.Struct):
    """What was told, and at which positions."""

    bulgakov: str
    mizintsev: str
    putin: str
    deputy: str
    president: str
    first: str
    second: str
    opened: int
    after_first: int
    after_second: int


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def story(newsroom: Newsroom, views: Views, projector: Projector) -> Story:
    russia = await newsroom.organization("Russia")
    paper = await newsroom.publisher("The Daily Ledger")
    agency = await newsroom.publisher("Northern Wire")
    await newsroom.day("2022-09-24")
    bulgakov = await newsroom.person("Dmitry Bulgakov")
    mizintsev = await newsroom.person("Mikhail Mizintsev")
    putin = await newsroom.person("Vladimir Putin")
    deputy = await newsroom.post("deputy defense minister", russia)
    president = await newsroom.post("president", russia, seats=1)
    opened = newsroom.position
    first = await newsroom.article(
        paper, "2022-09-24", DISMISSAL,
        Told("out", bulgakov, deputy, "Dmitry Bulgakov had been relieved of his duties",
             {"date": PartialDate.parse("2022-09-24"), "reason": "dismissed", "official": True,
              "attribution": "the ministry"}),
        Told("in", mizintsev, deputy, "Mikhail Mizintsev takes the job"),
        Told("holds", putin, president, "President Vladimir Putin"),
        uri="https://ledger.example/logistics",
    )  # fmt: skip
    after_first = newsroom.position
    await newsroom.day("2022-09-25")
    second = await newsroom.article(
        agency, "2022-09-25", LATER,
        Told("out", bulgakov, deputy, "Bulgakov, once deputy defence minister, had been let go in September",
             {"date": PartialDate.parse("2022-09"), "reason": "dismissed"}),
    )  # fmt: skip
    assert await views.wait_for(newsroom.position, 10), projector.stalled
    return Story(
        bulgakov, mizintsev, putin, deputy, president, first, second, opened, after_first, newsroom.position
    )


def certain(answer: HoldersAnswer | None) -> list[str]:
    assert answer is not None
    return [holder.name for holder in answer.holders if holder.certainty == "certain"]


async def test_before_the_dismissal_the_old_deputy_holds_the_post(story: Story, views: Views) -> None:
    answer = await views.holders(story.deputy, date(2022, 9, 23))

    assert certain(answer) == ["Dmitry Bulgakov"]


async def test_from_that_day_on_the_new_one_does_and_the_list_may_not_be_whole(
    story: Story, views: Views
) -> None:
    answer = await views.holders(story.deputy, date(2022, 9, 24))

    assert answer is not None
    assert certain(answer) == ["Mikhail Mizintsev"]
    assert answer.holders[0].start is not None
    assert answer.holders[0].start.inferred
    assert not answer.complete


async def test_the_default_day_is_the_last_one_turned_and_is_told(story: Story, views: Views) -> None:
    answer = await views.holders(story.president)

    assert answer is not None
    assert answer.as_of == date(2022, 9, 25) == await views.last_day()
    assert certain(answer) == ["Vladimir Putin"]


async def test_each_holder_stands_on_claims_with_their_very_words(story: Story, views: Views) -> None:
    answer = await views.holders(story.president)

    assert answer is not None
    (claim,) = answer.holders[0].claims
    assert claim.quote == "President Vladimir Putin"
    assert (claim.quote_start, claim.quote_end) == (
        DISMISSAL.index("President Vladimir"), DISMISSAL.index(" – “at last”")
    )  # fmt: skip
    assert (claim.article, claim.article_uri) == (story.first, "https://ledger.example/logistics")
    assert (claim.review_state, claim.decided_by, claim.post) == ("accepted", "test", story.president)


async def test_what_was_known_before_the_second_article_is_what_the_first_one_said(
    story: Story, views: Views
) -> None:
    then = await views.holders(story.deputy, date(2022, 9, 23), story.after_first)
    now = await views.holders(story.deputy, date(2022, 9, 23))

    assert then is not None
    assert now is not None
    assert {claim.article for claim in then.holders[0].claims} == {story.first}
    assert {claim.article for claim in now.holders[0].claims} == {story.first, story.second}
    assert then.at_position == story.after_first
    assert then.change != now.change


async def test_before_any_article_nobody_was_known(story: Story, views: Views) -> None:
    answer = await views.holders(story.deputy, date(2022, 9, 23), story.opened)

    assert answer is not None
    assert (answer.occupancy, answer.holders, answer.change) == ("unknown", (), None)


async def test_before_it_was_opened_there_was_no_post(story: Story, views: Views) -> None:
    assert await views.holders(story.deputy, None, 1) is None
    assert await views.timeline(story.deputy, 1) is None


async def test_known_at_an_instant_is_known_at_the_position_of_then(story: Story, views: Views) -> None:
    assert await views.position_at(datetime(2000, 1, 1, tzinfo=UTC)) == 0
    assert await views.position_at(datetime.now(UTC)) == story.after_second


async def test_a_timeline_lists_every_membership_with_its_words(story: Story, views: Views) -> None:
    timeline = await views.timeline(story.deputy)

    assert timeline is not None
    assert [each.name for each in timeline.memberships] == ["Dmitry Bulgakov", "Mikhail Mizintsev"]
    bulgakov = timeline.memberships[0]
    assert bulgakov.end is not None
    assert (str(bulgakov.end.date), bulgakov.reason) == ("2022-09-24", "dismissed")
    assert len(bulgakov.claims) == 2


async def test_a_person_is_told_with_what_they_held(story: Story, views: Views) -> None:
    person = await views.person(story.bulgakov)

    assert person is not None
    assert person.names == ("Dmitry Bulgakov",)
    assert [(each.post.label, each.post.organization_name) for each in person.memberships] == [
        ("deputy defense minister", "Russia")
    ]
    assert await views.person("person-nobody") is None


async def test_words_find_the_post_however_they_are_put(story: Story, views: Views) -> None:
    for words, organization in (
        ("deputy defense minister", None),
        ("Deputy Defence Minister", "Russia"),
        ("deputy minister of defence", None),
        ("Russian deputy defense minister", None),
    ):
        match = await views.who(words, organization)
        assert match.post is not None, words
        assert match.post.id == story.deputy


async def test_words_that_fit_no_post_give_candidates_and_no_guess(story: Story, views: Views) -> None:
    match = await views.who("defense minister", "Russia")

    assert match.post is None
    assert match.candidates[0].post.id == story.deputy
    assert 0.4 < match.candidates[0].score < 1
    elsewhere = await views.who("president", "France")
    assert elsewhere.post is None
    assert all(candidate.score < 1 for candidate in elsewhere.candidates)


async def test_words_that_fit_several_posts_give_all_of_them(
    story: Story, views: Views, newsroom: Newsroom
) -> None:
    for organization in ("Freedonia", "Sylvania"):
        await newsroom.post("court chamberlain", await newsroom.organization(organization))
    await views.wait_for(newsroom.position, 10)

    match = await views.who("court chamberlain")
    one = await views.who("court chamberlain", "Sylvania")

    assert match.post is None
    assert [(each.post.organization_name, each.score) for each in match.candidates] == [
        ("Freedonia", 1.0), ("Sylvania", 1.0)
    ]  # fmt: skip
    assert one.post is not None
    assert one.post.organization_name == "Sylvania"


async def test_a_search_lists_an_organizations_posts(story: Story, views: Views) -> None:
    found = await views.posts("", "Russia")

    assert [match.post.label for match in found] == ["deputy defense minister", "president"]


async def test_the_board_has_a_line_for_each_holder_and_each_empty_post(
    story: Story, views: Views, newsroom: Newsroom
) -> None:
    await newsroom.post("ombudsman")
    await views.wait_for(newsroom.position, 10)

    board, last = await views.board()

    lines = {(row.organization, row.post, row.holder, row.since, row.source) for row in board}
    assert last is None
    assert (None, "ombudsman", None, None, None) in lines
    assert (
        "Russia",
        "deputy defense minister",
        "Mikhail Mizintsev",
        "2022-09-24",
        "The Daily Ledger",
    ) in lines


async def test_an_article_is_found_by_its_uri_with_its_claims(story: Story, views: Views) -> None:
    article = await views.article_of_uri("https://ledger.example/logistics")

    assert article is not None
    assert (article.id, article.version, article.read_version) == (story.first, 1, 1)
    assert (article.title, article.publisher_name) == (
        "Moscow replaces its logistics chief",
        "The Daily Ledger",
    )
    claims = await views.claims_of_article(story.first)
    assert [claim.kind for claim in claims] == ["out", "in", "holds"]
    assert await views.article_of_uri("https://ledger.example/other") is None


async def test_changes_come_in_order_whole_events_at_a_time(story: Story, views: Views) -> None:
    everything = await views.changes(limit=1000)
    positions = [tuple(map(int, change.id.split("."))) for change in everything]

    page, paged = await views.changes(limit=1), []
    while page:
        assert len({change.cause for change in page}) == 1
        paged += page
        position, ordinal = map(int, page[-1].id.split("."))
        page = await views.changes((position, ordinal), limit=1)

    assert positions == sorted(positions)
    assert paged == everything
    assert {change.post for change in everything} == {story.deputy, story.president}
    assert (await views.changes(post=story.deputy))[0].kind == "appointed"


async def test_one_who_is_to_leave_is_outgoing_until_the_successor_takes_office(
    newsroom: Newsroom, views: Views
) -> None:
    paper, mayor = await newsroom.publisher("The Quay"), await newsroom.post("harbour mayor", seats=1)
    ada, bo = await newsroom.person("Ada Quist"), await newsroom.person("Bo Osei")
    await newsroom.article(
        paper, "2024-01-05", "Quist\nis mayor", Told("in", ada, mayor, "is mayor", on("2024-01-05"))
    )
    await newsroom.article(
        paper,
        "2024-03-01",
        "Quist\nwill leave and Osei will follow",
        Told("out", ada, mayor, "will leave", on("2024-06-01")),
        Told("in", bo, mayor, "will follow", on("2024-06-01")),
    )
    assert await views.wait_for(newsroom.position, 10)
    told = {}
    for day in ("2024-02-01", "2024-04-01", "2024-06-01"):
        answer = await views.holders(mayor, date.fromisoformat(day))
        assert answer is not None
        told[day] = (
            [(each.name, each.outgoing, each.succeeds and each.succeeds.name) for each in answer.holders],
            [(each.name, each.outgoing) for each in answer.incoming],
        )

    assert told == {
        "2024-02-01": ([("Ada Quist", False, None)], []),
        "2024-04-01": ([("Ada Quist", True, None)], [("Bo Osei", False)]),
        "2024-06-01": ([("Bo Osei", False, "Ada Quist")], []),
    }


def on(day: str) -> dict[str, PartialDate]:
    return {"date": PartialDate.parse(day)}


async def test_an_unknown_post_is_none(views: Views) -> None:
    assert await views.holders("post-nowhere") is None
    assert await views.post("post-nowhere") is None
    assert await views.timeline("post-nowhere") is None
