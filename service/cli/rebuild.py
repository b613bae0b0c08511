"""`incumbent rebuild`: the views against the log."""

from pathlib import Path

import asyncpg
import click
from redis.asyncio import Redis
from redis.exceptions import RedisError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from events.envelope import LogError
from events.log import Log
from projections.cache import Cache
from projections.rebuilding import AlreadyRebuilding, Rebuilt
from projections.rebuilding import rebuild as rebuild_views
from projections.views import Views
from service.cli.database import admin_url, data_option, on_log, redis_url


@click.command()
@click.option("--check", is_flag=True, help="Only say what differs; exit with 1 if anything does.")
@data_option
def rebuild(check: bool, data: Path | None) -> None:
    """Replays the log beside the live views, compares every row, and puts right what differs. Reads go on."""
    redis = redis_url(data)

    async def act(log: Log, pool: asyncpg.Pool) -> Rebuilt:
        columns = (TextColumn("replaying"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True)) as bar:
            task = bar.add_task("rebuild", total=None)
            done = await rebuild_views(
                pool, log, mend=not check, progress=lambda at, of: bar.update(task, completed=at, total=of)
            )
        if done.differences and not check and redis is not None:
            await _clear(redis, Views(pool, log))
        return done

    try:
        done = on_log(admin_url(data), act)
    except (AlreadyRebuilding, LogError) as error:
        raise click.ClickException(str(error)) from None
    except (RedisError, OSError) as error:
        raise click.ClickException(
            f"the views are mended, but the cache could not be emptied ({error}): restart or flush Redis"
        ) from None
    for each in done.differences:
        click.echo(f"{each.table}: {each.wrong} rows that the log does not give, {each.missing} missing")
    if not done.differences:
        click.echo(f"{done.rows} rows are what the log gives, up to position {done.position}")
    elif check:
        raise SystemExit(1)
    else:
        click.echo(f"mended, up to position {done.position}")


async def _clear(url: str, views: Views) -> None:
    """Answers that were made of what was wrong go."""
    client = Redis.from_url(url, socket_timeout=5.0)
    try:
        await Cache(client, views).clear()
    finally:
        await client.aclose()
