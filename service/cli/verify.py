"""`incumbent verify`: is the log what was recorded?"""

import base64
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from events.checkpoint import public_key
from events.verify import Damage, Verified
from events.verify import verify as verify_log
from service.cli.database import data_option, database_url, on_pool


def _decoded(_: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> tuple[bytes, ...]:
    try:
        return tuple(public_key(text) for text in given)
    except ValueError as error:
        raise click.BadParameter(str(error), param=parameter) from None


public_keys_option = click.option(
    "--public-key",
    "public_keys",
    multiple=True,
    metavar="BASE64",
    callback=_decoded,
    help="A key to be trusted, as /v1/log/head gives it; may be repeated. Checkpoints of others are refused.",
)


@click.command()
@public_keys_option
@data_option
def verify(public_keys: tuple[bytes, ...], data: Path | None) -> None:
    """Recomputes every hash of the log, checks gaps, versions, texts and checkpoints, and that every event decodes.

    Ends with 1 and names the first position that is not as it was recorded.
    """
    url = database_url(data)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks = {what: bar.add_task(what, total=None) for what in ("events", "texts")}
        try:
            done = on_pool(
                url,
                lambda pool: verify_log(
                    pool,
                    public_keys=public_keys,
                    progress=lambda what, at, of: bar.update(tasks[what], completed=at, total=of),
                ),
            )
        except Damage as damage:
            bar.stop()
            raise click.ClickException(f"the log is damaged: {damage}") from None
    for line in _told(done):
        click.echo(line)


def _told(done: Verified) -> list[str]:
    lines = [
        f"{done.events} events are whole, chain {done.chain.hex()}",
        f"{done.contents - done.redacted_contents} texts are whole, {done.redacted_contents} are redacted",
    ]
    if done.pending_contents:
        lines.append(f"{done.pending_contents} texts are to be redacted and still there: start the service")
    if done.checkpoints:
        keys = ", ".join(base64.b64encode(key).decode() for key in done.public_keys)
        lines.append(
            f"{done.checkpoints} checkpoints up to position {done.covered} are right, signed by {keys}"
        )
    else:
        lines.append("there is no checkpoint: a log that was written anew would not be noticed")
    return lines
