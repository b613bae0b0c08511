"""Whose word a claim is: a traced report, a correction, two editors and an import, as the standing counts them."""

from typing import Any

import asyncpg

from events.catalogue import (
    ArticleTraced,
    Claim,
    ClaimsDecided,
    ClaimsResolved,
    ClaimsSubmitted,
    Decision,
    Resolution,
)
from events.copies import Copies, forget
from events.ids import derived
from events.log import Log
from events.queries import queries
from projections.projector import Projector
from projections.rebuilding import rebuild
from projections.views import Views
from tests.projections.newsroom import Newsroom, Told
from tests.projections.test_plans import SQL
from tests.support.servers import Database

COPIES = queries(SQL.parent.parent / "events" / "sql" / "copies.sql")


async def standing(views: Views, newsroom: Newsroom, post: str) -> list[str]:
    assert await views.wait_for(newsroom.position, 10)
    timeline = await views.timeline(post)
    assert timeline is not None
    return [each.standing for each in timeline.memberships]


async def test_a_report_that_turns_out_to_be_anothers_corroborates_nothing_any_more(
    newsroom: Newsroom, views: Views, projector: Projector, pool: asyncpg.Pool, log: Log, database: Database
) -> None:
    ada, mayor = await newsroom.person("Ada Quist"), await newsroom.post("mayor")
    papers = [await newsroom.publisher(name) for name in ("Ledger", "Wire", "Bugle")]
    told = Told("holds", ada, mayor, "mayor Quist")
    await newsroom.article(papers[0], "2024-03-01", "News\nmayor Quist", told)
    copy = await newsroom.article(papers[1], "2024-03-02", "News\nmayor Quist", told)
    before = await standing(views, newsroom, mayor), newsroom.position

    await newsroom.say((copy, ArticleTraced(version=1, origin=papers[0])))
    traced = await standing(views, newsroom, mayor)
    changes = await views.changes(after=(before[1], 1_000), post=mayor)
    earlier, now = await views.timeline(mayor, before[1]), await views.timeline(mayor)
    await newsroom.article(papers[2], "2024-03-03", "News\nmayor Quist", told)

    assert before[0] == ["corroborated"]
    assert traced == ["single_source"]
    assert [change.kind for change in changes] == ["standing"]
    assert earlier is not None
    assert now is not None
    assert [each.standing for each in earlier.memberships] == ["corroborated"]
    assert {claim.origin for claim in earlier.memberships[0].claims} == {papers[0], papers[1]}
    assert {claim.origin for claim in now.memberships[0].claims} == {papers[0]}
    assert await standing(views, newsroom, mayor) == ["corroborated"]
    async with asyncpg.create_pool(database.admin_url, min_size=1, max_size=3) as owner:
        assert (await rebuild(owner, log, mend=False)).differences == ()


async def test_two_editors_are_one_origin_and_a_correction_has_that_of_what_it_corrects(
    newsroom: Newsroom, views: Views, projector: Projector
) -> None:
    ada, mayor = await newsroom.person("Ada Quist"), await newsroom.post("mayor")
    ben, clerk = await newsroom.person("Ben Osei"), await newsroom.post("clerk")
    for number, day in enumerate(("2024-03-01", "2024-03-05")):
        await editor_says(newsroom, ada, mayor, day, number)
    paper = await newsroom.publisher("Ledger")
    told = Told("holds", ben, clerk, "clerk Osei")
    article = await newsroom.article(paper, "2024-03-01", "News\nclerk Osei", told)
    await newsroom.article(paper, "2024-03-04", "News\nclerk Osei", told)
    wrong = newsroom.claim(article, told, "News\nclerk Osei").id
    await editor_says(newsroom, ben, clerk, "2024-03-01", 7, stream=article, supersedes=wrong)

    assert await standing(views, newsroom, mayor) == ["single_source"]
    assert await standing(views, newsroom, clerk) == ["single_source"]
    await editor_says(newsroom, ben, clerk, "2024-03-06", 8)
    assert await standing(views, newsroom, clerk) == ["corroborated"], (
        "the newsroom's own word is another one"
    )


async def editor_says(newsroom: Newsroom, person: str, post: str, day: str, number: int, **more: Any) -> None:
    claim = Claim(id=derived("claim", person, str(number)), kind="holds", person="somebody", post="something")
    stream, supersedes = more.get("stream", post), more.get("supersedes")
    decisions = [Decision(claim=claim.id, state="accepted", rule="editor", checked_by="editor")]
    if supersedes:
        decisions.append(Decision(claim=supersedes, state="superseded", rule="editor", checked_by="editor"))
    await newsroom.say(
        (stream, ClaimsSubmitted(claims=(claim,), said_on=day, supersedes=supersedes)),
        (
            stream,
            ClaimsResolved(
                resolutions=(Resolution(claim=claim.id, person=person, post=post, basis="editor"),)
            ),
        ),
        (stream, ClaimsDecided(decisions=tuple(decisions))),
    )


async def test_copies_are_found_by_index_and_forgotten_with_a_redaction(
    newsroom: Newsroom, pool: asyncpg.Pool, log: Log, admin: asyncpg.Connection
) -> None:
    paper, words = await newsroom.publisher("Ledger"), " ".join(f"word{number}" for number in range(40))
    received = []
    for day in ("2024-03-01", "2024-03-02"):
        await newsroom.article(paper, day, f"News\n{words}")
        received += await log.read(newsroom.position - 1, 1)
    copies = Copies(pool, log)

    assert await copies.of(received[0], words) == []
    assert await copies.of(received[1], words) == [received[0]]
    await forget(pool, received[0].stream)
    assert await copies.of(received[1], words) == []

    await admin.execute(
        "INSERT INTO text_print SELECT n, n % 997 FROM generate_series(1, 20000) AS n; ANALYZE text_print"
    )
    plan = await admin.fetchval(f"EXPLAIN (FORMAT JSON) {COPIES['alike']}", [1, 2, 3], 5, 20)
    assert "Seq Scan" not in plan
    assert "text_print_pkey" in plan
