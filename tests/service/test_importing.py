"""Imports as events, and the way back out: what a file says is what the views say, and what they export."""

import asyncio
import json
import re
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import pytest
import pytest_asyncio

from events.catalogue import ClaimsStated
from events.log import Log
from events.sources.popolo import read_popolo
from events.sources.records import SourceFile
from events.sources.table import FIELDS, read_table
from projections.exporting.popolo import popolo
from projections.exporting.quickstatements import quickstatements
from projections.exporting.snapshot import Snapshot, snapshot
from projections.exporting.sqlite import sqlite
from projections.exporting.table import COLUMNS, table
from projections.rebuilding import VIEWS, rebuild
from projections.views import Views
from service.importing import BrokenFile, Imported, declare, import_file
from tests.projections.conftest import projecting
from tests.support.draft3 import problems
from tests.support.servers import Database, PostgresServer

MAP = {name: name for name in ("id", "person", "post", "organization", "start", "end", "url", "capacity")}
LIST = """id,person,post,organization,start,end,capacity,url
1,Edda Lunde,mayor,Harbourline,2019-03-01,2023-03-01,,https://harbour.example/1
2,Jonas Weir,mayor,Harbourline,2023-03-01,,,https://harbour.example/2
3,Ada Quill,treasurer,Harbourline,2021,2022-06,,
4,Ada Quill,harbour master,Harbourline,2024-01-01,,acting,
"""


class Desk(msgspec.Struct, frozen=True):
    """A database with a projector that runs."""

    pool: asyncpg.Pool
    log: Log
    views: Views

    async def take(
        self, file: SourceFile, publisher: str, as_of: str = "2024-06-01", **more: Any
    ) -> Imported:
        missing_end = more.pop("missing_end", "current")
        declared = declare(publisher, missing_end=missing_end, as_of=date.fromisoformat(as_of))
        done = await import_file(
            self.log, self.pool, file, publisher=publisher, declared=declared, actor="tests", **more
        )
        assert await self.views.wait_for(done.position, 60)
        return done

    async def seen(self) -> Snapshot:
        return await snapshot(self.pool)


@asynccontextmanager
async def desk_on(database: Database) -> AsyncIterator[Desk]:
    async with asyncpg.create_pool(database.database_url, min_size=1, max_size=8) as pool:
        log = Log(pool, poll=0.2)
        views = Views(pool, log)
        try:
            async with projecting(pool, log):
                yield Desk(pool, log, views)
        finally:
            await views.close()
            await log.close()


@pytest_asyncio.fixture(loop_scope="module")
async def desk(postgres: PostgresServer, template: Database) -> AsyncIterator[Desk]:
    with postgres.database(template=template) as fresh:
        async with desk_on(fresh) as desk:
            yield desk


def model(view: Snapshot) -> list[tuple[Any, ...]]:
    """The model's fields of every membership, whatever the ids."""
    persons = {each.id: each for each in view.persons}
    organizations = {each.id: each.name for each in view.organizations}
    posts = {each.id: each for each in view.posts}

    def others(entity: str) -> tuple[tuple[str, str], ...]:
        return tuple(view.same_as.get(entity, ()))

    return sorted(
        (
            *(persons[each.person].name, others(each.person), posts[each.post].label),
            *(
                organizations.get(posts[each.post].organization or ""),
                others(posts[each.post].organization or ""),
            ),
            *(each.capacity, str(each.start), str(each.end), each.standing, str(each.on_leave)),
        )
        for each in view.memberships
    )


async def test_a_list_is_who_holds_what_and_each_row_is_kept_verbatim(desk: Desk) -> None:
    done = await desk.take(read_table(LIST.encode(), MAP), "The Harbour Register")

    view = await desk.seen()
    spans = [(row[0], row[2], row[5], row[6], row[7]) for row in model(view)]
    assert spans == [
        ("Ada Quill", "harbour master", "acting", "2024-01-01", "None"),
        ("Ada Quill", "treasurer", "substantive", "2021", "2022-06"),
        ("Edda Lunde", "mayor", "substantive", "2019-03-01", "2023-03-01"),
        ("Jonas Weir", "mayor", "substantive", "2023-03-01", "None"),
    ]
    claims = {claim.record: claim for each in view.memberships for claim in each.claims}
    assert claims["2"].verbatim == LIST.splitlines()[2].encode()
    assert claims["2"].publisher == "publisher-the-harbour-register"
    assert (done.stated, done.withdrawn, len(done.broken)) == (4, 0, 0)


async def test_the_same_file_again_adds_nothing_and_a_later_one_says_again_what_has_no_end(
    desk: Desk,
) -> None:
    file = read_table(LIST.encode(), MAP)
    await desk.take(file, "Register")
    head = await desk.log.head()

    again = await desk.take(file, "Register")
    assert (again.position, await desk.log.head()) == (0, head)

    later = await desk.take(file, "Register", "2025-06-01")
    assert (later.stated, later.withdrawn, later.attested) == (0, 0, 2)
    assert len((await desk.seen()).memberships) == 4


async def test_a_changed_file_withdraws_and_states_only_what_changed(desk: Desk) -> None:
    await desk.take(read_table(LIST.encode(), MAP), "Register")
    before = await desk.views.watermark()
    changed = LIST.replace("2023-03-01,,,https", "2023-03-01,2024-05-01,,https").replace(
        LIST.splitlines()[3] + "\n", ""
    )

    done = await desk.take(read_table(changed.encode(), MAP), "Register")

    assert (done.stated, done.withdrawn, done.attested) == (1, 2, 0)  # `holds` became `held`; row 3 is gone
    spans = [(row[0], row[6], row[7]) for row in model(await desk.seen())]
    assert ("Jonas Weir", "2023-03-01", "2024-05-01") in spans
    assert not any(start == "2021" for _, start, _ in spans)
    old = await snapshot(desk.pool, before)
    assert ("Jonas Weir", "2023-03-01", "None") in [(row[0], row[6], row[7]) for row in model(old)]


async def test_an_end_that_is_missing_and_unknown_is_certain_only_while_it_is_fresh(desk: Desk) -> None:
    await desk.take(read_table(LIST.encode(), MAP), "Register", missing_end="unknown")
    mayor = next(post.id for post in (await desk.seen()).posts if post.label == "mayor")

    soon = await desk.views.holders(mayor, date(2023, 6, 1))
    late = await desk.views.holders(mayor, date(2033, 6, 1))

    assert soon is not None
    assert late is not None
    assert [(each.name, each.certainty) for each in soon.holders] == [("Jonas Weir", "certain")]
    assert [(each.name, each.certainty) for each in late.holders] == [("Jonas Weir", "possible")]


async def test_broken_rows_are_named_by_line_and_nothing_is_imported(desk: Desk) -> None:
    broken = LIST + "5,,mayor,Harbourline,2020,,,\n6,Bo Wren,mayor,Harbourline,2020-02-31,,,\n"
    broken += "7,Bo Wren,mayor,Harbourline,2020-05-01,2020-05-01,,\n1,Bo Wren,mayor,,2020,,,\n"
    file = read_table(broken.encode(), MAP)

    with pytest.raises(BrokenFile):
        await desk.take(file, "Register")
    assert await desk.log.head() == 0

    done = await desk.take(file, "Register", keep_going=True)
    assert [row.line for row in done.broken] == [6, 7, 8, 9]
    assert len((await desk.seen()).memberships) == 4


async def test_an_import_that_was_killed_goes_on_where_it_was(desk: Desk) -> None:
    rows = [f"{n},Person {n},clerk {n % 700},Hall,2020-01-01,2021-01-01,," for n in range(1500)]
    file = read_table("\n".join([LIST.splitlines()[0], *rows]).encode(), MAP)
    taken: list[int] = []

    class Killed(Exception):
        pass

    def kill(done: int, of: int) -> None:
        taken.append(of)
        if done >= of // 2:
            raise Killed

    with pytest.raises(Killed):
        await desk.take(file, "Register", progress=kill)
    done = await desk.take(file, "Register")

    assert taken[-1] > 8
    events = await desk.log.read_stream("import-register")
    stated = [
        each.claim.id
        for event in events
        if isinstance(event.event, ClaimsStated)
        for each in event.event.claims
    ]
    assert len(stated) == len(set(stated)) == 1500
    assert await desk.pool.fetchval("SELECT count(*) FROM person") == 1500
    assert 0 < done.stated <= 1500


async def test_two_sources_mean_the_same_person_only_by_an_id_of_others(desk: Desk) -> None:
    columns = {**MAP, "person_wikidata": "wikidata"}
    head = "id,person,post,organization,start,end,capacity,url,wikidata\n"
    await desk.take(
        read_table((head + "a,Edda Lunde,mayor,Harbourline,2019,,,,Q1\n").encode(), columns), "One"
    )
    await desk.take(
        read_table(
            (
                head
                + "b,E. Lunde,mayor,Harbourline,2019,,,,Q1\nc,Edda Lunde,mayor,Harbourline,2010,2011,,,Q2\n"
            ).encode(),
            columns,
        ),
        "Two",
    )

    assert await desk.pool.fetchval("SELECT count(*) FROM person") == 2
    assert await desk.pool.fetchval("SELECT count(*) FROM organization") == 1
    assert await desk.pool.fetchval("SELECT count(*) FROM post") == 1
    assert {each.standing for each in (await desk.seen()).memberships} == {"corroborated", "single_source"}


@pytest.mark.parametrize("country", ["kenya", "estonia"])
async def test_popolo_in_out_and_in_again_is_equal(
    desk: Desk, shared_data: Path, postgres: PostgresServer, template: Database, country: str
) -> None:
    folder = shared_data / "data" / "popolo"
    original = (folder / f"{country}.json").read_bytes()
    file = read_popolo(original)
    assert file.broken == []
    await desk.take(file, country, "2016-06-01")
    first = await desk.seen()
    exported = popolo(first)

    assert list(_against_schemas(folder, exported)) == []
    _keeps_what_is_not_modelled(json.loads(original), json.loads(exported))
    with postgres.database(template=template) as fresh:
        async with desk_on(fresh) as other:
            back = await other.take(read_popolo(exported), country, "2016-06-01")
            second = await other.seen()
    print(f"\n{country}: {len(file.tenures)} memberships in, {len(second.memberships)} out and in again")

    assert back.broken == []
    assert model(second) == model(first)
    assert len(first.memberships) == len(file.tenures)


def _keeps_what_is_not_modelled(original: Mapping[str, Any], exported: Mapping[str, Any]) -> None:
    modelled = {
        "persons": {"id", "name", "identifiers"}, "organizations": {"id", "name", "identifiers"},
        "memberships": {"id", "post_id", "start_date", "end_date"}, "areas": set(), "events": set(),
    }  # fmt: skip

    def rest(row: Mapping[str, Any], key: str) -> str:
        return json.dumps({k: v for k, v in row.items() if k not in modelled[key]}, sort_keys=True)

    for key in modelled:
        assert sorted(rest(row, key) for row in original[key]) == sorted(
            rest(row, key) for row in exported[key]
        ), key
    assert original["meta"] == exported["meta"]


CLASSES = {
    "persons": "person", "organizations": "organization", "posts": "post", "memberships": "membership",
    "areas": "area", "events": "event",
}  # fmt: skip


def _against_schemas(folder: Path, exported: bytes) -> list[str]:
    files = {file.stem: json.loads(file.read_bytes()) for file in folder.glob("schemas_*.json")}
    schemas = {schema["id"]: schema for schema in files.values()}
    content = json.loads(exported)
    return [
        problem
        for key, name in CLASSES.items()
        for row in content[key]
        for problem in problems(row, files[f"schemas_{name}"], schemas, key)
    ]


async def test_a_diff_of_beliefs_names_the_import_that_led_to_it(desk: Desk) -> None:
    done = await desk.take(read_table(LIST.encode(), MAP), "The Harbour Register")
    post = await desk.pool.fetchval("SELECT id FROM post WHERE label = 'mayor'")

    diff = await desk.views.belief_diff(post, 0, done.position)

    assert diff is not None
    named = [each.imported for each in diff.because if each.imported is not None]
    assert [(each.source, each.publisher_name, each.as_of) for each in named] == [
        ("import-the-harbour-register", "The Harbour Register", "2024-06-01")
    ]
    assert [each.editor for each in diff.because if each.editor] == []


async def test_a_sqlite_export_has_keys_that_hold(desk: Desk, tmp_path: Path) -> None:
    await desk.take(read_table(LIST.encode(), MAP), "Register")
    file = tmp_path / "views.sqlite"

    sqlite(await desk.seen(), file)

    with sqlite3.connect(file) as database:
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        rows = database.execute(
            "SELECT person.name, membership.start_earliest, membership.end_latest, publisher.name FROM membership"
            " JOIN person ON person.id = membership.person JOIN post ON post.id = membership.post"
            " JOIN membership_claim ON membership_claim.membership = membership.id"
            " JOIN claim ON claim.id = membership_claim.claim JOIN publisher ON publisher.id = claim.publisher"
            " WHERE post.label = 'mayor' ORDER BY 2"
        ).fetchall()
        followed = database.execute(
            "SELECT after.first_attested, after.last_attested, person.name FROM membership AS after"
            " JOIN membership AS before ON before.id = after.succeeds JOIN person ON person.id = before.person"
        ).fetchall()
    database.close()
    # On the day for which the file speaks; the list of a mayor who follows on the very day.
    assert followed == [("2024-06-01", "2024-06-01", "Edda Lunde")]
    assert rows == [
        ("Edda Lunde", "2019-03-01", "2023-03-01", "Register"),
        ("Jonas Weir", "2023-03-01", None, "Register"),
    ]


async def test_a_csv_export_is_read_back(desk: Desk, postgres: PostgresServer, template: Database) -> None:
    await desk.take(read_table(LIST.encode(), MAP), "Register")
    first = await desk.seen()
    fields = {name: name for name in COLUMNS if name in FIELDS}

    with postgres.database(template=template) as fresh:
        async with desk_on(fresh) as other:
            await other.take(read_table(table(first), fields), "Register")
            second = await other.seen()

    assert model(second) == model(first)


async def test_quickstatements_tell_wikidata_what_it_can_look_up(desk: Desk) -> None:
    rows = (
        "id,person,post,organization,start,end,capacity,url,q,pq\n"
        "1,Edda Lunde,mayor,Harbourline,2019-03-01,2023-03-01,,https://harbour.example/1,Q11,Q9\n"
        "2,Jonas Weir,mayor,Harbourline,2023-03-01,,,https://harbour.example/2,Q12,Q9\n"
        "3,Ada Quill,mayor,Harbourline,2018,2019,acting,https://harbour.example/3,Q13,Q9\n"
        "4,Bo Wren,clerk,Harbourline,2018,2019,,https://harbour.example/4,Q14,\n"
    )
    columns = {**MAP, "person_wikidata": "q", "post_wikidata": "pq"}
    await desk.take(read_table(rows.encode(), columns), "Register")

    told = quickstatements(await desk.seen())

    assert (told.told, told.left_out) == (3, 1)
    assert sorted(told.text.splitlines()) == [
        'Q11\tP39\tQ9\tP580\t+2019-03-01T00:00:00Z/11\tP582\t+2023-03-01T00:00:00Z/11\tP1366\tQ12\tS854\t"https://harbour.example/1"',
        'Q12\tP39\tQ9\tP580\t+2023-03-01T00:00:00Z/11\tP1365\tQ11\tS854\t"https://harbour.example/2"',
        'Q13\tP39\tQ9\tP580\t+2018-00-00T00:00:00Z/9\tP582\t+2019-00-00T00:00:00Z/9\tP5102\tQ4676846\tS854\t"https://harbour.example/3"',
    ]


async def test_a_rebuild_finds_what_was_damaged_and_mends_it_while_reads_go_on(
    postgres: PostgresServer, template: Database
) -> None:
    with postgres.database(template=template) as fresh:
        async with (
            desk_on(fresh) as desk,
            asyncpg.create_pool(fresh.admin_url, min_size=1, max_size=4) as admin,
        ):
            await desk.take(read_table(LIST.encode(), MAP), "Register")
            before = model(await desk.seen())
            sound = await rebuild(admin, desk.log, mend=False)
            assert sound.differences == ()
            assert sound.rows > 30
            told = await admin.fetchval("SELECT count(*) FROM change")

            await admin.execute(
                "UPDATE membership SET end_latest = end_latest + 9 WHERE end_latest IS NOT NULL"
            )
            await admin.execute("DELETE FROM person_key WHERE ctid IN (SELECT ctid FROM person_key LIMIT 1)")
            await admin.execute("INSERT INTO due SELECT '2031-01-01', id, '' FROM post LIMIT 1")
            assert model(await desk.seen()) != before
            found = await rebuild(admin, desk.log, mend=False)
            assert {(each.table, each.wrong, each.missing) for each in found.differences} == {
                ("membership", 2, 2), ("person_key", 0, 1), ("due", 1, 0)
            }  # fmt: skip
            assert model(await desk.seen()) != before  # a check repairs nothing

            reading = asyncio.create_task(_read_on(desk))
            await rebuild(admin, desk.log, mend=True)
            reading.cancel()
            assert model(await desk.seen()) == before
            assert (await rebuild(admin, desk.log, mend=False)).differences == ()
            assert await admin.fetchval("SELECT count(*) FROM change") == told
            later = await desk.take(
                read_table(LIST.encode(), MAP), "Register", "2025-01-01"
            )  # the projector goes on
            assert later.attested == 2


def test_a_rebuild_compares_every_table_that_the_read_side_makes() -> None:
    folder = Path(__file__).parents[2] / "projections" / "sql" / "migrations"
    made = {
        name for file in folder.rglob("*.sql") for name in re.findall(r"CREATE TABLE (\w+)", file.read_text())
    }

    assert made == set(VIEWS)


async def _read_on(desk: Desk) -> None:
    while True:
        await desk.seen()
        await asyncio.sleep(0)
