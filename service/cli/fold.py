"""`incumbent fold`: by which rules claims become memberships, and putting better ones into force."""

import getpass
from pathlib import Path

import asyncpg
import click

from events.catalogue import FoldReleased
from events.envelope import NEW, Append, Conflict, LogError, NewEvent, Recorded
from events.log import Log
from projections.fold.rules import FIRST, VERSIONS
from projections.watermark import Watermark
from service.cli.database import data_option, database_url, on_log
from service.editing import stream

STREAM = "fold-rules"
_PATIENCE = 5.0  # seconds between two words on a release that is being worked through


@click.command()
@click.option(
    "--release", "version", type=int, default=None, metavar="VERSION", help="Put this version into force."
)
@data_option
def fold(version: int | None, data: Path | None) -> None:
    """The versions of the fold, and which is in force. A release recomputes every post from its position on.

    What was believed before stays what known_at answers, and only what differs is told, as recomputed.
    """

    async def act(log: Log, pool: asyncpg.Pool) -> None:
        released = await stream(log, STREAM)
        if version is None:
            _show(released)
            return
        position = await _release(log, released, version)
        await _wait(Watermark(pool), position)
        told = await pool.fetchval("SELECT count(*) FROM change WHERE position = $1", position)
        click.echo(f"fold {version} is in force from position {position} on: {told} posts recomputed")

    try:
        on_log(database_url(data), act)
    except Conflict:
        raise click.ClickException("somebody else has just released a fold; look, and try again") from None
    except LogError as error:
        raise click.ClickException(str(error)) from None


def _show(released: list[Recorded]) -> None:
    since = {
        event.version: each.position for each in released if isinstance(event := each.event, FoldReleased)
    }
    now = _in_force(released)
    for version in sorted({*VERSIONS, *since}):
        parts = ["in force" if version == now else ""]
        parts.append(f"since position {since[version]}" if version in since and version == now else "")
        parts.append("" if version in VERSIONS else "unknown to this release of the software")
        click.echo(f"fold {version}  {' '.join(part for part in parts if part)}".rstrip())


async def _release(log: Log, released: list[Recorded], version: int) -> int:
    if version not in VERSIONS:
        known = ", ".join(map(str, sorted(VERSIONS)))
        raise click.ClickException(f"there is no fold {version} here; there is {known}")
    if version == _in_force(released):
        raise click.ClickException(f"fold {version} is in force already: there is nothing to release")
    event = NewEvent(stream=STREAM, event=FoldReleased(version=version))
    expected = {STREAM: released[-1].version if released else NEW}
    done = await log.append(Append(events=(event,), actor=f"operator {getpass.getuser()}", expected=expected))
    return done.last


def _in_force(released: list[Recorded]) -> int:
    events = [each.event for each in released if isinstance(each.event, FoldReleased)]
    return events[-1].version if events else FIRST


async def _wait(watermark: Watermark, position: int) -> None:
    try:
        while not await watermark.reaches(position, _PATIENCE):
            at = await watermark.now()
            click.echo(f"recomputing: the views are at {at} of {position}; is the service running?", err=True)
    finally:
        await watermark.close()
