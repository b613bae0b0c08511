"""What editors ask finds its rows by index, however many there are."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

import projections
from events.queries import queries
from projections.answering.listing import ClaimFilter, claim_statement
from projections.rows import NOW
from tests.projections.test_plans import scanned
from tests.support.servers import Database

SQL = Path(projections.__file__).parent / "sql"
CLAIMS = 5_000


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def full(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """A few thousand posts, and as many claims of as many articles, one in a hundred of them proposed."""
    connection = await asyncpg.connect(database.admin_url)
    await connection.execute(
        f"""
        INSERT INTO post SELECT 'post-' || n, 'minister', 'minister', 'organization-' || n % 500, 1, 'table', 730,
            'UTC', false, n FROM generate_series(1, {CLAIMS}) AS n;
        INSERT INTO post_setting SELECT 'post-' || n, n, {NOW + 1}, 1, 'table', 730, false, '{{}}', '{{}}', '{{}}'
            FROM generate_series(1, {CLAIMS}) AS n;
        INSERT INTO organization SELECT 'organization-' || n, 'A', n FROM generate_series(1, 500) AS n;
        INSERT INTO person SELECT 'person-' || n, 'A', n FROM generate_series(1, {CLAIMS}) AS n;
        INSERT INTO article_version SELECT 'article-' || n, 1, n, 'u', 'p', '', '', 0, '', '', 0, 0, null, 'given',
            null, 'usable', null, null, null, '', CASE WHEN n % 100 = 0 THEN timestamptz '2030-01-01' END
            FROM generate_series(1, {CLAIMS}) AS n;
        INSERT INTO claim SELECT 'claim-' || n, n, {NOW + 1}, 'article-' || n, 1, 1, 'holds', 'a', 'b', null,
            'substantive', null, null, null, null, 'actual', false, null, false, 1, null, null, ''
            FROM generate_series(1, {CLAIMS}) AS n;
        INSERT INTO claim_resolution SELECT 'claim-' || n, n, {NOW + 1}, 'person-' || n, 'post-' || n, null, ''
            FROM generate_series(1, {CLAIMS}) AS n;
        INSERT INTO claim_decision SELECT 'claim-' || n, n, {NOW + 1},
            CASE WHEN n % 100 = 0 THEN 'proposed' ELSE 'accepted' END, 'machine', '', 'desk', null
            FROM generate_series(1, {CLAIMS}) AS n;
        INSERT INTO change SELECT n, 1, 'post-' || n, 'standing', false, null, ''
            FROM generate_series(1, {CLAIMS}) AS n;
        INSERT INTO touch SELECT 'post-' || n, n FROM generate_series(1, {CLAIMS}) AS n;
        UPDATE cursor SET position = {CLAIMS} WHERE name = 'projector';
        ANALYZE
        """
    )
    yield connection
    await connection.close()


QUERIES: tuple[tuple[str, str, tuple[Any, ...]], ...] = (
    ("editing.sql", "place_of_claims", (["claim-17"],)),
    ("editing.sql", "chain_of_claim", ("claim-17",)),
    ("editing.sql", "named", (["person-17", "post-17"],)),
    ("editing.sql", "setting", ("post-17",)),
    ("editing.sql", "changes_between", ("post-17", 1, 900, 100)),
    ("editing.sql", "public_articles", (["article-17"],)),
    ("editing.sql", "posts_of_article", ("article-17",)),
    ("editing.sql", "statements_of_posts", (["post-17"],)),
    ("editing.sql", "change", (17, 1)),
    ("holders.sql", "posts", (["post-17", "post-18"], [None, None])),
    ("holders.sql", "posts_of_organization", ("organization-17", 900, "", 10)),
)


@pytest.mark.parametrize(("file", "name", "arguments"), QUERIES, ids=[f"{each[1]}" for each in QUERIES])
async def test_what_editors_ask_is_read_by_index(
    full: asyncpg.Connection, file: str, name: str, arguments: tuple[Any, ...]
) -> None:
    assert await scanned(full, queries(SQL / file)[name], *arguments) - {"event"} == set()


CLAIM_FILTERS = (
    ClaimFilter(),
    ClaimFilter(capacity="acting"),
    ClaimFilter(changed_since=4_990),
    ClaimFilter(post=["post-100"]),
    ClaimFilter(person=["person-100"]),
    ClaimFilter(organization=["organization-7"]),
    ClaimFilter(article="article-100"),
    ClaimFilter(article="article-100", kind="holds", changed_since=5),
)


@pytest.mark.parametrize("now", [True, False])
@pytest.mark.parametrize("wanted", CLAIM_FILTERS, ids=str)
async def test_lists_of_claims_are_read_by_index(
    full: asyncpg.Connection, wanted: ClaimFilter, now: bool
) -> None:
    statement, values = claim_statement(wanted, now=now)

    assert await scanned(full, statement, "proposed", NOW, 700, "claim-700", 50, *values) == set()


async def test_the_embargoes_that_are_over_are_found_by_index(full: asyncpg.Connection) -> None:
    plan = await full.fetch(
        f"EXPLAIN {queries(SQL / 'views.sql')['embargoes_over']}".replace("$1", "timestamptz '2026-01-01'")
    )

    assert any("article_version_sealed_idx" in row[0] for row in plan)
