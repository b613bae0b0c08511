"""`incumbent keys` and `incumbent publishers`: acts of the operator, straight on the log."""

import getpass
import os
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import asyncpg
import click
from rich.markup import escape
from rich.table import Table

from events.envelope import LogError
from events.log import Log
from service.cli.database import data_option, database_url, on_log, on_pool
from service.cli.serve import FERNET_FILE
from service.cli.terminal import terminal
from service.http.parameters import instant
from service.key_use import Act, acts_of, last_uses, sharing
from service.keyring import KeyState, keys_of
from service.keys import SCOPES, UnknownKey, create_key, register_publisher, revoke_key, rotate_key
from service.problems import Problem
from service.push import PushSecrets
from service.secrets import SecretError, Vault
from service.settings import default_data

T = TypeVar("T")

_PAGE = 500


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
@click.option("--expires", default=None, metavar="INSTANT", help="When it ends (RFC 3339); default: never.")
@click.option(
    "--requests-per-minute", type=int, default=None, help="Its own limit; default: what the settings say."
)
@data_option
def create(
    scopes: tuple[str, ...],
    publishers: tuple[str, ...],
    subject: str | None,
    expires: str | None,
    requests_per_minute: int | None,
    data: Path | None,
) -> None:
    """Makes an API key and prints its secret, once."""
    subject = subject or getpass.getuser()
    asked = [scope.strip() for given in scopes for scope in given.split(",")]
    try:
        expires_at = instant(expires, "--expires")
        new = _on_log(
            data,
            lambda log, _: create_key(
                log,
                subject=subject,
                scopes=asked,
                publishers=publishers,
                expires_at=expires_at,
                requests_per_minute=requests_per_minute,
                actor=_operator(),
            ),
        )
    except (ValueError, Problem) as error:
        raise click.ClickException(str(error)) from None
    click.echo(new.secret)
    click.echo(f"{new.id} for {subject}; the secret above is not shown again", err=True)


@keys.command("list")
@data_option
def list_(data: Path | None) -> None:
    """Every key, in the order in which they were made."""

    async def act(log: Log, pool: asyncpg.Pool) -> tuple[list[KeyState], Mapping[str, datetime]]:
        states = await keys_of(log)
        return [*states.values()], await last_uses(pool, [*states])

    states, used = _on_log(data, act)
    table = Table("key", "subject", "begins", "scopes", "state", "last used", box=None)
    for state in states:
        last = used.get(state.key.id)
        table.add_row(
            *(state.key.id, escape(state.key.subject), f"inc_{state.secrets[0].prefix}_"),
            *(" ".join(sorted(state.key.scopes)), state.standing(datetime.now(UTC)).replace("_", " ")),
            f"{last:%Y-%m-%d %H:%M}" if last else "never",
        )
    terminal().print(table)


@keys.command("rotate")
@click.argument("key")
@click.option(
    "--overlap",
    default=86_400,
    show_default=True,
    metavar="SECONDS",
    help="How long the old secrets stay good.",
)
@data_option
def rotate(key: str, overlap: int, data: Path | None) -> None:
    """Gives KEY (its id) a new secret and prints it, once."""
    try:
        new = _on_log(
            data, lambda log, _: rotate_key(log, key, overlap=timedelta(seconds=overlap), actor=_operator())
        )
    except (UnknownKey, ValueError, OverflowError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(new.secret)
    click.echo("the secret above is not shown again", err=True)


@keys.command("revoke")
@click.argument("key")
@data_option
def revoke(key: str, data: Path | None) -> None:
    """Ends KEY (its id) for good, everywhere, within a second."""
    try:
        done = _on_log(data, lambda log, _: revoke_key(log, key, actor=_operator()))
    except UnknownKey as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{key} is revoked; recorded at position {done}")


@keys.command("acts")
@click.argument("key")
@data_option
def acts(key: str, data: Path | None) -> None:
    """What KEY (its id) did to the log."""

    async def act(log: Log, pool: asyncpg.Pool) -> tuple[list[Act], list[str]]:
        states = await keys_of(log)
        if (state := states.get(key)) is None:
            raise UnknownKey(f"there is no key {key!r}")
        found: list[Act] = []
        while page := await acts_of(log, state, found[-1].position if found else 0, _PAGE):
            found += page
        return found, sharing(state, states)

    try:
        found, others = _on_log(data, act)
    except UnknownKey as error:
        raise click.ClickException(str(error)) from None
    if others:
        click.echo(f"these of the same subject lived at the same time: {', '.join(others)}", err=True)
    for each in found:
        click.echo(f"{each.position}\t{each.recorded_at:%Y-%m-%dT%H:%M:%SZ}\t{each.type}\t{each.stream}")
    if not found:
        click.echo("nothing", err=True)


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
        publisher = _on_log(
            data, lambda log, _: register_publisher(log, name, trusted=True, actor=_operator())
        )
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{publisher} is trusted from now on")


def _operator() -> str:
    return f"operator {getpass.getuser()}"


def _on_log(data: Path | None, act: Callable[[Log, asyncpg.Pool], Awaitable[T]]) -> T:
    """Runs `act` on the log of DATABASE_URL, or of the embedded servers that are running."""
    try:
        return on_log(database_url(data), act)
    except LogError as error:
        raise click.ClickException(f"the log cannot be written: {error}") from None
