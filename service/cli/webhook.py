"""`incumbent webhook`: subscriptions, and what the people at the other end of them need."""

import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from service.cli.database import data_option, database_url, on_pool
from service.cli.subscriptions import COMMANDS
from service.cli.terminal import terminal
from service.webhooks.matcher import move_back
from service.webhooks.signatures import (
    InvalidKey,
    SignatureRefused,
    VerifyingKey,
    verify,
    verifying_key,
)


class _Event(msgspec.Struct):
    """What every CloudEvent has."""

    id: str
    type: str
    subject: str


@click.group()
def webhook() -> None:
    """Webhooks."""


for command in COMMANDS:
    webhook.add_command(command)


@webhook.command("rebuild")
@click.option(
    "--since",
    "position",
    type=click.IntRange(0),
    required=True,
    help="Of what came behind that position of the log.",
)
@data_option
def rebuild_queue(position: int, data: Path | None) -> None:
    """Makes the queue again from the Changes, should its tables have been lost, or come back from an old backup.

    What the queue still has, delivered or waiting, is left alone. The running service does the rest. For the operator.
    """
    was = on_pool(database_url(data), lambda pool: move_back(pool, position))
    if was is not None and was <= position:
        raise click.ClickException(f"nothing to do: the queue has come to position {was} only")
    click.echo(
        f"What came behind position {position} is matched again; `incumbent webhook show` tells how far it is."
    )


@webhook.command("verify")
@click.argument("request_", metavar="REQUEST", type=click.File("rb"))
@click.option(
    "--secret",
    "secrets",
    envvar="WEBHOOK_SECRET",
    multiple=True,
    required=True,
    help="whsec_... or whpk_..., may be repeated; or WEBHOOK_SECRET.",
)
@click.option("--at", default=None, metavar="INSTANT", help="When it came in (RFC 3339); default: now.")
@click.option("--any-time", is_flag=True, help="However old it is.")
def verify_request(request_: Any, secrets: tuple[str, ...], at: str | None, any_time: bool) -> None:
    """Checks a captured request: is it from who has the secret, whole, and of that time?

    REQUEST is the request as it came in: headers, an empty line, and the very bytes of the body; - for standard input.
    """
    keys = [_key(secret) for secret in secrets]
    headers, body = _parted(request_.read())
    try:
        verify(keys, headers, body, _now(headers, at, any_time))
    except SignatureRefused as error:
        raise click.ClickException(f"not genuine: {error}") from None
    console = terminal()
    console.print(
        f"genuine: {headers['webhook-id']}, sent at {headers['webhook-timestamp']}", highlight=False
    )
    try:
        event = msgspec.json.decode(body, type=_Event)
    except msgspec.DecodeError as error:
        console.print(f"the body is no CloudEvent: {error}", markup=False)
        return
    console.print(f"{event.type} of {event.subject}", markup=False)


def _key(secret: str) -> VerifyingKey:
    try:
        return verifying_key(secret.strip())
    except InvalidKey as error:
        raise click.UsageError(str(error)) from None


def _parted(request: bytes) -> tuple[Mapping[str, str], bytes]:
    """Headers, by name in lower case, and body. A request line in front is passed over."""
    head, blank, body = request.partition(b"\r\n\r\n")
    if not blank or b"\n\n" in head:
        head, blank, body = request.partition(b"\n\n")
    if not blank:
        raise click.UsageError("there is no empty line between headers and body")
    pairs = (line.partition(":") for line in head.decode("latin-1").splitlines())
    return {name.strip().lower(): value.strip() for name, colon, value in pairs if colon}, body


def _now(headers: Mapping[str, str], at: str | None, any_time: bool) -> float:
    """The moment against which the timestamp counts, in seconds since 1970."""
    if any_time:
        sent = headers.get("webhook-timestamp", "")
        return float(sent) if sent.isascii() and sent.isdigit() and len(sent) < 13 else 0.0
    if at is None:
        return time.time()
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise click.UsageError(f"{at!r} is no instant: write it as 2026-03-02T09:14:05Z")
    return moment.timestamp()
