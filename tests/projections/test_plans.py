"""The hot queries find their rows by index, however many there are."""

from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import pytest
import pytest_asyncio

import projections
from events.queries import queries
from projections.answering.listing import MembershipFilter, membership_statement
from projections.rows import NOW
from tests.support.servers import Database

SQL = Path(projections.__file__).parent / "sql"
POSTS = 3_000
DAY = date(2020, 1, 1)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def full(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """A few thousand posts with three memberships each, every one of them amended once."""
    connection = await asyncpg.connect(database.admin_url)
    await connection.execute(
        f"""
        INSERT INTO post SELECT 'post-' || n, 'minister ' || n, 'minister ' || n, 'organization-' || n % 50, 1,
            'table', 730, 'UTC', false, n FROM generate_series(1, {POSTS}) AS n;
        INSERT INTO post_setting SELECT 'post-' || n, n, {NOW + 1}, 1, 'table', 730, false, '{{}}', '{{}}', '{{}}'
            FROM generate_series(1, {POSTS}) AS n;
        INSERT INTO post_token SELECT t, 'post-' || n FROM generate_series(1, {POSTS}) AS n,
            unnest(ARRAY['minister', n::text]) AS t;
        INSERT INTO membership SELECT n * 8 + m, n, CASE WHEN v = 1 THEN n + 10 ELSE {NOW + 1} END, 1, 'post-' || n,
            'person-' || n * 3 + m, 'substantive', '2020-01-01', '2020-01-01', 'said', null, null, null, null,
            'official', 'machine', '2020-01-01', '2020-01-01', null, null
            FROM generate_series(1, {POSTS}) AS n, generate_series(1, 3) AS m, generate_series(1, 2) AS v;
        INSERT INTO membership_claim SELECT n * 8 + m, n, {NOW + 1}, 'claim-' || n || '-' || m || '-' || c, null
            FROM generate_series(1, {POSTS}) AS n, generate_series(1, 3) AS m, generate_series(1, 3) AS c;
        INSERT INTO claim SELECT k.claim, 1, {NOW + 1}, 'article-' || k.membership, 1, 1, 'holds', 'a', 'b', null,
            'substantive', null, null, null, null, 'actual', false, null, false, 1, null, null, ''
            FROM membership_claim AS k;
        INSERT INTO claim_resolution SELECT k.claim, 1, {NOW + 1}, 'person-' || k.membership,
            'post-' || k.membership / 8, null, '' FROM membership_claim AS k;
        INSERT INTO claim_decision SELECT k.claim, 1, {NOW + 1}, 'accepted', 'machine', '', 'desk', null
            FROM membership_claim AS k;
        INSERT INTO change SELECT n, 1, 'post-' || n % {POSTS}, 'standing', false, null, ''
            FROM generate_series(1, {POSTS * 3}) AS n;
        INSERT INTO touch SELECT 'post-' || n, n FROM generate_series(1, {POSTS}) AS n;
        INSERT INTO person_key SELECT 'person-' || n, 'key ' || n FROM generate_series(1, {POSTS * 3}) AS n;
        INSERT INTO person SELECT 'person-' || n, 'A', n FROM generate_series(1, {POSTS * 3}) AS n;
        INSERT INTO person_merge SELECT 'person-once-' || n, 'person-' || n, 1, {NOW + 1}
            FROM generate_series(1, {POSTS}) AS n;
        INSERT INTO due SELECT date '2030-01-01' + n, 'post-' || n, 'person-' || n
            FROM generate_series(1, {POSTS}) AS n;
        UPDATE cursor SET position = {POSTS * 3} WHERE name = 'projector';
        ANALYZE
        """
    )
    yield connection
    await connection.close()


async def scanned(connection: asyncpg.Connection, sql: str, *arguments: Any) -> set[str]:
    """The larger tables that the plan reads from one end to the other."""
    plan = msgspec.json.decode(await connection.fetchval(f"EXPLAIN (FORMAT JSON) {sql}", *arguments))

    def nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield node
        for below in node.get("Plans", ()):
            yield from nodes(below)

    small = {
        *("cursor", "day_turned", "fold_release", "organization", "person_name"),
        *("article_version", "content", "publisher", "source"),
        "event",  # empty here, and asked by its key
    }
    return {
        node["Relation Name"] for node in nodes(plan[0]["Plan"]) if node["Node Type"] == "Seq Scan"
    } - small  # fmt: skip


QUERIES: tuple[tuple[str, str, tuple[Any, ...]], ...] = (
    ("holders.sql", "posts", (["post-17"], [None])),
    ("holders.sql", "posts", (["post-17", "post-18"], [None, 900])),
    ("memberships.sql", "memberships_as_known", (["post-17", "post-18"], [900, NOW])),
    ("memberships.sql", "memberships_of_posts", (["post-17"], NOW)),
    ("memberships.sql", "memberships_of_posts", (["post-17"], 20)),
    ("memberships.sql", "memberships_of_person", ("person-17", NOW)),
    ("holders.sql", "quoted_claims", (["claim-17-1-1", "claim-17-1-2"], [0, 0], [900, 900], 20)),
    ("holders.sql", "claims_of_article", ("article-137", 900)),
    ("claims.sql", "accepted_of_posts", (["post-17"],)),
    ("claims.sql", "counted", ([900], ["claim-17-1-1"])),
    ("claims.sql", "meant_posts", (["claim-17-1-1"],)),
    ("folding.sql", "of_persons", (["post-17"], ["person-52"], 20)),
    ("folding.sql", "of_persons", (["post-17"], ["person-52"], None)),
    ("folding.sql", "of_posts", (["post-17"], 0)),
    ("folding.sql", "about_days", (["post-17"], [DAY], [8])),
    ("folding.sql", "across_days", (["post-17"], [DAY], [DAY])),
    ("folding.sql", "takers", (["post-17"], [DAY], ["post-17"], [DAY], [False], ["post-17"], ["person-52"])),
    ("folding.sql", "accepted_of_persons", (["post-17"], ["person-137"])),
    ("folding.sql", "persons_beside", (["post-17"], ["article-137"])),
    ("claims.sql", "close_claims", (["claim-17-1-1"], [1], [900])),
    ("claims.sql", "close_resolutions", (["claim-17-1-1"], [900])),
    ("claims.sql", "close_decisions", (["claim-17-1-1"], [900])),
    ("memberships.sql", "close_memberships", ([17], [900])),
    ("memberships.sql", "close_link", ([17], ["claim-17-1-1"], [900])),
    ("memberships.sql", "delete_due", (["post-17"], [DAY], ["person-17"])),
    ("views.sql", "changes", (500, 1, 100)),
    ("views.sql", "changes_of_posts", (500, 1, 100, ["post-17"])),
    ("views.sql", "newest_changes_of_posts", (["post-17", "post-18"], 8_500, 1, 50)),
    ("views.sql", "posts_ever_of_persons", (["person-17"],)),
    ("views.sql", "posts_of_organizations", (["organization-17"],)),
    ("search.sql", "posts_of_key", ("minister 17", None, 10)),
    ("search.sql", "posts_of_tokens", (["17"], 300)),
    ("cache.sql", "touched", (POSTS - 20, 100)),
    ("cache.sql", "look", (POSTS - 20, 100)),
    ("register.sql", "persons", (["key 17"],)),
    ("register.sql", "holders", (["post-17"],)),
    ("register.sql", "posts", (["minister 17"], ["organization-17"])),
    ("register.sql", "backings", (["person-137"], ["post-17"])),
)


@pytest.mark.parametrize(("file", "name", "arguments"), QUERIES, ids=[f"{each[1]}" for each in QUERIES])
async def test_a_hot_query_reads_by_index(
    full: asyncpg.Connection, file: str, name: str, arguments: tuple[Any, ...]
) -> None:
    assert await scanned(full, queries(SQL / file)[name], *arguments) == set()


MEMBERSHIP_FILTERS = (
    MembershipFilter(),
    MembershipFilter(post=["post-17", "post-18"]),
    MembershipFilter(person=["person-17"]),
    MembershipFilter(organization=["organization-17"]),
    MembershipFilter(standing="disputed"),
    MembershipFilter(capacity="acting"),
    MembershipFilter(changed_since=2_990),
    MembershipFilter(as_of=DAY),
    MembershipFilter(organization=["organization-17"], standing="official", as_of=DAY),
)


@pytest.mark.parametrize("wanted", MEMBERSHIP_FILTERS, ids=str)
@pytest.mark.parametrize("position", [NOW, 2_000])
async def test_lists_of_memberships_are_read_by_index(
    full: asyncpg.Connection, wanted: MembershipFilter, position: int
) -> None:
    statement, values = membership_statement(wanted)

    assert await scanned(full, statement, position, 500, 100, *values) == set()


async def test_this_test_would_notice_a_missing_index(full: asyncpg.Connection) -> None:
    assert await scanned(full, "SELECT id FROM post WHERE label = $1", "minister 17") == {"post"}


async def test_the_posts_due_on_a_day_are_found_by_index(full: asyncpg.Connection) -> None:
    sql = queries(SQL / "projector.sql")["due"]

    assert await scanned(full, sql, date(2030, 1, 3)) == set()
