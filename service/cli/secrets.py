"""`incumbent secrets`: the key that encrypts signing secrets in the database, and its replacement."""

import os
from pathlib import Path

import click
from cryptography.fernet import Fernet

from service.cli.database import data_option, database_url, on_pool
from service.cli.serve import FERNET_FILE
from service.private import write_private
from service.secrets import SecretError, Vault
from service.settings import default_data
from service.webhooks.rotation import Secrets

_VARIABLE = "INCUMBENT_SECRET_KEY"


@click.group()
def secrets() -> None:
    """The key that encrypts webhook secrets: `new-key`, start the service again, then `rotate`."""


@secrets.command("new-key")
@data_option
def new_key(data: Path | None) -> None:
    """Puts a new key in front of the old: of the data folder's, or prints what INCUMBENT_SECRET_KEY is to be."""
    keys = ",".join((Fernet.generate_key().decode(), *_keys(data)))
    if _VARIABLE in os.environ:
        click.echo(f"{_VARIABLE}={keys}")
    else:
        write_private(_file(data), keys)
        click.echo("The data folder has a new key in front of the old one.")
    click.echo("Start the service again with it, then run `incumbent secrets rotate`.", err=True)


@secrets.command("rotate")
@data_option
def rotate(data: Path | None) -> None:
    """Encrypts every stored secret with the newest key; after it the older keys are needed no more.

    The running service must know the newest key by now.
    """
    keys = _keys(data)
    try:
        vault = Vault(keys)
        count = on_pool(database_url(data), lambda pool: Secrets(pool, vault).reseal())
    except SecretError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{count} secrets are encrypted with the newest key.")
    if len(keys) == 1:
        click.echo("It is the only key: `incumbent secrets new-key` makes another.")
    elif _VARIABLE in os.environ:
        click.echo(
            f"Take the older keys out of {_VARIABLE}; receipts that they signed are void from then on."
        )
    else:
        write_private(_file(data), keys[0])
        click.echo(
            "The older keys are out of the data folder; receipts that they signed are void from the next start on."
        )


def _keys(data: Path | None) -> tuple[str, ...]:
    """Newest first."""
    text = os.environ.get(_VARIABLE)
    if text is None:
        file = _file(data)
        try:
            text = file.read_text("ascii")
        except (OSError, UnicodeDecodeError):
            raise click.ClickException(
                f"{file} cannot be read: name the folder with --data, or set {_VARIABLE}"
            ) from None
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _file(data: Path | None) -> Path:
    return (data or default_data()) / FERNET_FILE
