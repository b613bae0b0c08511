"""Two persons who are one, and one who is two: what names mean from then on, and what was believed before."""

from typing import Any

import asyncpg

from events.catalogue import ClaimsResolved, PersonMerged, PersonSplit, Resolution
from events.log import Log
from projections.projector import Projector
from projections.rebuilding import rebuild
from projections.register import StoredRegister
from projections.views import Views
from projections.watermark import Watermark
from tests.projections.newsroom import Newsroom, Told
from tests.support.servers import Database


async def test_a_merge_moves_what_claims_mean_and_a_split_brings_it_back(
    newsroom: Newsroom, views: Views, projector: Projector, pool: asyncpg.Pool, log: Log, database: Database
) -> None:
    paper, mayor = await newsroom.publisher("Ledger"), await newsroom.post("mayor")
    edda, lunde = await newsroom.person("Edda Lunde"), await newsroom.person("Edda Lunde Moss")
    told = [Told("in", person, mayor, "mayor Lunde") for person in (edda, lunde)]
    first = await newsroom.article(paper, "2024-03-01", "News\nmayor Lunde", told[0])
    second = await newsroom.article(paper, "2024-03-02", "News\nmayor Lunde", told[1])
    claim = newsroom.claim(second, told[1], "mayor Lunde").id
    apart = newsroom.position

    merged = await newsroom.say((lunde, PersonMerged(into=edda)))
    third = await newsroom.article(paper, "2024-03-03", "News\nmayor Lunde", told[1])
    one = newsroom.position
    split = await newsroom.say(
        (lunde, PersonSplit(off=edda, claims=(claim,))),
        (second, ClaimsResolved(resolutions=(Resolution(claim=claim, person=lunde, post=mayor, basis="editor"),))),
    )  # fmt: skip
    assert await views.wait_for(split, 10)

    assert await held(views, mayor, apart) == {edda: {first}, lunde: {second}}
    assert await held(views, mayor, merged) == {edda: {first, second}}
    assert await held(views, mayor, one) == {edda: {first, second, third}}, (
        "who is told of by the old id is meant"
    )
    assert await held(views, mayor, split) == {edda: {first, third}, lunde: {second}}
    changes = await views.changes(after=(apart, 1_000), post=mayor)
    assert [(each.id, each.kind) for each in changes if each.kind == "resolved"] == [
        (f"{merged}.1", "resolved"),
        (f"{split - 1}.1", "resolved"),
    ]
    names = [await views.person(edda, position) for position in (apart, one, split)]
    assert [each and each.names for each in names] == [
        ("Edda Lunde",), ("Edda Lunde", "Edda Lunde Moss"), ("Edda Lunde",),
    ]  # fmt: skip
    async with asyncpg.create_pool(database.admin_url, min_size=1, max_size=3) as owner:
        assert (await rebuild(owner, log, mend=False)).differences == ()


async def test_a_name_of_one_who_was_merged_is_found_as_the_other(
    newsroom: Newsroom, views: Views, projector: Projector, pool: asyncpg.Pool
) -> None:
    watermark = Watermark(pool)
    register = StoredRegister(pool, watermark)
    ids = [await newsroom.person(name) for name in ("Ruth Wren", "Ruth Abel", "Ruth Kolm")]
    await newsroom.say((ids[0], PersonMerged(into=ids[1])))
    await newsroom.say((ids[1], PersonMerged(into=ids[2])))
    assert await views.wait_for(newsroom.position, 10)
    keys = [row["key"] for row in await pool.fetch("SELECT key FROM person_key WHERE person = $1", ids[0])]

    (found,) = await register.persons(keys)

    assert found.id == ids[2]
    assert set(found.names) == {"Ruth Kolm", "Ruth Abel", "Ruth Wren"}
    assert found.names[0] == "Ruth Kolm"
    assert await register.merged(ids) == {ids[0]: ids[2], ids[1]: ids[2]}
    await watermark.close()


async def held(views: Views, post: str, position: int) -> dict[str, set[Any]]:
    timeline = await views.timeline(post, position)
    assert timeline is not None
    found: dict[str, set[Any]] = {}
    for each in timeline.memberships:
        found.setdefault(each.person, set()).update(claim.article for claim in each.claims)
    return found
