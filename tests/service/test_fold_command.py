"""`incumbent fold`: which rules are in force, and a release as an operator makes it."""

import asyncio

import asyncpg
import pytest
from click.testing import CliRunner, Result

from events.log import Log
from projections.fold.occupancy import on_day, turning_days
from projections.fold.rules import VERSIONS, Rules
from projections.views import Views
from service.cli.main import main
from tests.projections.conftest import projecting
from tests.projections.newsroom import Newsroom, Told
from tests.support.servers import Database


async def incumbent(database: Database, *arguments: str) -> Result:
    environment = {"DATABASE_URL": database.database_url}
    return await asyncio.to_thread(CliRunner().invoke, main, arguments, env=environment)


async def test_a_release_is_made_shown_and_not_made_twice(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with asyncpg.create_pool(database.database_url, min_size=1, max_size=8) as pool:
        log = Log(pool, poll=0.2)
        newsroom, views = Newsroom(log), Views(pool, log)
        async with projecting(pool, log):
            ada, mayor = await newsroom.person("Ada Quist"), await newsroom.post("mayor")
            paper = await newsroom.publisher("Ledger")
            await newsroom.article(
                paper, "2024-03-01", "News\nmayor Quist", Told("in", ada, mayor, "mayor Quist")
            )
            await newsroom.post("treasurer")
            before = newsroom.position

            alone = await incumbent(database, "fold")
            nothing = await incumbent(database, "fold", "--release", "1")
            unknown = await incumbent(database, "fold", "--release", "2")
            monkeypatch.setitem(VERSIONS, 2, Rules(2, lambda claims, settings: (), on_day, turning_days))
            released = await incumbent(database, "fold", "--release", "2")
            again = await incumbent(database, "fold", "--release", "2")
            shown = await incumbent(database, "fold")
            now, then = await views.timeline(mayor), await views.timeline(mayor, before)
        await views.close()
        await log.close()

    assert (alone.exit_code, alone.output) == (0, "fold 1  in force\n")
    assert nothing.exit_code == unknown.exit_code == again.exit_code == 1
    assert "fold 1 is in force already" in nothing.output
    assert "there is no fold 2 here; there is 1" in unknown.output
    assert released.output == f"fold 2 is in force from position {before + 1} on: 1 posts recomputed\n"
    assert "fold 2 is in force already" in again.output
    assert shown.output == f"fold 1\nfold 2  in force since position {before + 1}\n"
    assert now is not None
    assert now.memberships == ()
    assert then is not None
    assert [each.name for each in then.memberships] == ["Ada Quist"]
