"""The hashes that Postgres makes are those that events.chain makes."""

import asyncio
import uuid
from collections.abc import AsyncIterator

import asyncpg
import pytest_asyncio

from events.catalogue import PersonCreated, PersonNamed
from events.envelope import Append, NewEvent
from events.ids import event_id, mint
from events.log import Log
from tests.support.log import recomputed
from tests.support.servers import Database


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def log(each_database: Database) -> AsyncIterator[Log]:
    async with asyncpg.create_pool(each_database.database_url, min_size=1, max_size=4) as pool:
        log = Log(pool)
        yield log
        await log.close()


async def test_leaves_and_chain_are_recomputed_from_the_rows(log: Log, each_database: Database) -> None:
    person, chained = mint("person"), event_id()
    await log.append(_append(person, "Ada Quist", actor="desk"))
    await log.append(_append(person, "Ада Квист 阿达", actor="редактор", cause=chained, correlation=chained))
    await asyncio.gather(*(log.append(_append(mint("person"), f"No {n}")) for n in range(20)))

    admin = await asyncpg.connect(each_database.admin_url)
    head = await recomputed(admin)
    await admin.close()

    assert head == await log.head() >= 23


async def test_a_redacted_payload_leaves_the_chain_as_it_was(log: Log, each_database: Database) -> None:
    done = await log.append(_append(mint("person"), "Whom a court protects"))
    await log.append(_append(mint("person"), "Whom it does not"))
    admin = await asyncpg.connect(each_database.admin_url)

    await admin.execute(
        "UPDATE event SET payload_hash = sha256(salt || payload), salt = NULL, payload = NULL"
        " WHERE position = $1",
        done.first,
    )

    head = await recomputed(admin)
    await admin.close()
    assert head == await log.head()


def _append(
    stream: str,
    name: str,
    *,
    actor: str = "tester",
    cause: uuid.UUID | None = None,
    correlation: uuid.UUID | None = None,
) -> Append:
    return Append(
        events=(
            NewEvent(stream=stream, event=PersonCreated(name=name)),
            NewEvent(stream=stream, event=PersonNamed(name=name)),
        ),
        actor=actor,
        cause=cause,
        correlation=correlation,
    )
