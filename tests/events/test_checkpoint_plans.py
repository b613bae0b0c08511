"""Checkpoints, proofs, verification, redaction and export find their rows by index, however long the log is."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio

import events
from events.queries import queries
from tests.support.servers import Database

SQL = Path(events.__file__).parent / "sql"
EVENTS = 40_000
CHECKPOINTS, VERIFY, EXPORT, REDACTION = (
    queries(SQL / f"{name}.sql") for name in ("checkpoints", "verify", "export", "redaction")
)

CASES: dict[str, tuple[str, str, str]] = {  # query, parameters of it, the index that serves it
    "leaves of a block": (CHECKPOINTS["leaves"], "20480, 21504", "event_pkey"),
    "an envelope": (CHECKPOINTS["envelope"], "20000", "event_pkey"),
    "blocks that are kept": (CHECKPOINTS["blocks"], "10", "merkle_node_pkey"),
    "nodes of a proof": (CHECKPOINTS["nodes"], "'{10,11}', '{3,4}'", "merkle_node_pkey"),
    "the newest checkpoint": (CHECKPOINTS["newest"], "", "checkpoint_pkey"),
    "a checkpoint": (CHECKPOINTS["at"], "20000", "checkpoint_pkey"),
    "a batch to verify": (VERIFY["events"], "20000, 2000", "event_pkey"),
    "the versions before": (VERIFY["events"], "20000, 2000", "event_stream_version_key"),
    "contents that are referred to": (VERIFY["referred"], "ARRAY['x'::bytea, 'y']", "content_pkey"),
    "contents to verify": (VERIFY["contents"], "'x', 1000", "content_pkey"),
    "a younger redaction": (VERIFY["redacted_since"], "39000, 'x'", "event_redaction_idx"),
    "a batch to export": (EXPORT["events"], "20000, 21000", "event_pkey"),
    "texts of a batch": (EXPORT["contents"], "20000, 21000", "content_position_idx"),
    "where a batch ends": (EXPORT["last_of_batch"], "20000, 21000, 1000000", "content_position_idx"),
    "redactions": (REDACTION["redactions"], "0, 40000", "event_redaction_idx"),
    "redactions to carry out": (REDACTION["carry_out_all"], "", "event_redaction_idx"),
    "texts that stand": (REDACTION["standing"], "ARRAY['x'::bytea, 'y']", "content_pkey"),
    "a stream": (REDACTION["stream"], "'person-77', 2, 500", "event_stream_version_key"),
    "streams of claims": (REDACTION["streams"], "'{claim-1,claim-2}'", "event_stream_version_key"),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def plans(each_database: Database) -> AsyncIterator[dict[str, str]]:
    """The generic plans on tables of 40,000 events and texts and as many kept subtrees and checkpoints as come."""
    connection = await asyncpg.connect(each_database.admin_url)
    await connection.execute(
        f"""
        INSERT INTO event SELECT n, 1 + n / 1000, now(), gen_random_uuid(), gen_random_uuid(), null, 1,
            (ARRAY['person', 'post', 'organization'])[1 + n % 3] || '-' || n % 1000,
            CASE WHEN n % 10000 = 7 THEN 'content.redacted' ELSE 'person.created' END, 'plans',
            '', convert_to('{{"contents": []}}', 'UTF8'), null, sha256(n::text::bytea), sha256(n::text::bytea)
            FROM generate_series(1, {EVENTS}) AS n;
        INSERT INTO content SELECT sha256(n::text::bytea), '', 'text/plain', convert_to(repeat('x', 200), 'UTF8'), n
            FROM generate_series(1, {EVENTS}) AS n;
        INSERT INTO merkle_node SELECT l, n, sha256(n::text::bytea)
            FROM generate_series(10, 22) AS l, generate_series(0, (5000000 >> l) - 1) AS n;
        INSERT INTO checkpoint SELECT n, now(), '', '', '', '' FROM generate_series(1, {EVENTS}, 10) AS n;
        ANALYZE event, content, merkle_node, checkpoint;
        SET plan_cache_mode = force_generic_plan
        """
    )
    yield {case: await _plan(connection, number, case) for number, case in enumerate(CASES)}
    await connection.close()


@pytest.mark.parametrize("case", CASES)
async def test_a_query_reads_its_rows_by_index(plans: dict[str, str], case: str) -> None:
    assert "Seq Scan" not in plans[case], plans[case]
    assert re.search(rf"\b{CASES[case][2]}\b", plans[case]), plans[case]


async def _plan(connection: asyncpg.Connection, number: int, case: str) -> str:
    query, arguments, _ = CASES[case]
    await connection.execute(f"PREPARE planned{number} AS {query}")
    given = f" ({arguments})" if arguments else ""
    return "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN EXECUTE planned{number}{given}"))
