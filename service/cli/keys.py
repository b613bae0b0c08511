"""`incumbent keys` and `incumbent publishers`: acts of the operator, straight on the log."""

import getpass
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import click

from events.envelope import LogError
from events.log import Log
from service.cli.database import data_option, database_url, on_log
from service.keys import SCOPES, create_key, register_publisher

T = TypeVar("T")


@click.group()
def keys() -> None:
    """API keys."""


@keys.command("create")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    help=f"One of {', '.join(SCOPES)}; may be repeated, or several with commas.",
)
@click.option(
    "--publisher",
    "publishers",
    multiple=True,
    help="A publisher that the key may speak for; the first is its default.",
)
@click.option(
    "--subject", default=None, help="Who uses the key: the actor of all it does. Default: your login name."
)
@data_option
def create(
    scopes: tuple[str, ...], publishers: tuple[str, ...], subject: str | None, data: Path | None
) -> None:
    """Makes an API key and prints its secret, once."""
    subject = subject or getpass.getuser()
    asked = [scope.strip() for given in scopes for scope in given.split(",")]
    operator = f"operator {getpass.getuser()}"
    try:
        new = _on_log(
            data,
            lambda log: create_key(log, subject=subject, scopes=asked, publishers=publishers, actor=operator),
        )
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    click.echo(new.secret)
    click.echo(f"{new.id} for {subject}; the secret above is not shown again", err=True)


@click.group()
def publishers() -> None:
    """Publishers, and whether the policy trusts them."""


@publishers.command("trust")
@click.argument("name")
@data_option
def trust(name: str, data: Path | None) -> None:
    """Lets articles of this publisher end a standing membership without an editor."""
    try:
        operator = f"operator {getpass.getuser()}"
        publisher = _on_log(data, lambda log: register_publisher(log, name, trusted=True, actor=operator))
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{publisher} is trusted from now on")


def _on_log(data: Path | None, act: Callable[[Log], Awaitable[T]]) -> T:
    """Runs `act` on the log of DATABASE_URL, or of the embedded servers that are running."""
    try:
        return on_log(database_url(data), lambda log, _: act(log))
    except LogError as error:
        raise click.ClickException(f"the log cannot be written: {error}") from None
