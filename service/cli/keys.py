"""`incumbent keys` and `incumbent publishers`: acts of the operator, straight on the log."""

import getpass
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import click

from events.envelope import LogError
from events.log import Log
from service.cli.database import data_option, database_url, on_log, on_pool
from service.cli.serve import FERNET_FILE
from service.keys import SCOPES, create_key, register_publisher
from service.push import PushSecrets
from service.secrets import SecretError, Vault
from service.settings import default_data

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


@keys.command("push-secret")
@click.argument("key")
@data_option
def push_secret(key: str, data: Path | None) -> None:
    """Makes the secret with which Superdesk signs what it pushes to /v1/push/KEY, and prints it, once.

    KEY is the id of an API key with the scope ingest. A second call replaces the secret.
    """
    try:
        vault = Vault(_secret_keys(data))
        secret = on_pool(database_url(data), lambda pool: PushSecrets(pool, vault).give(key))
    except SecretError as error:
        raise click.ClickException(str(error)) from None
    click.echo(secret)
    click.echo(f"have Superdesk push to /v1/push/{key}; the secret above is not shown again", err=True)


def _secret_keys(data: Path | None) -> list[str]:
    """INCUMBENT_SECRET_KEY, or the one in the data folder."""
    given = os.environ.get("INCUMBENT_SECRET_KEY")
    file = (data or default_data()) / FERNET_FILE
    if given is None and file.exists():
        given = file.read_text("ascii")
    return [key.strip() for key in (given or "").split(",") if key.strip()]


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
