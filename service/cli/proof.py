"""`incumbent proof`: proofs that others can check without the log."""

import base64
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
import click

from events.proof import Consistency, Inclusion, Proof, ProofError, check, decode, encode
from events.proving import prove, prove_consistency
from service.cli.database import data_option, database_url, on_pool
from service.cli.verify import public_keys_option


@click.command()
@click.argument("position", type=click.IntRange(1), required=False)
@click.option(
    "--consistency",
    type=(click.IntRange(1), click.IntRange(1)),
    default=None,
    metavar="SIZE SIZE",
    help="Prove that the later of two checkpoints goes on from the earlier one.",
)
@click.option(
    "--check",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Check a proof; needs no database.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, allow_dash=True, dir_okay=False),
    help="Where the proof goes, - for standard output.  [default: proof-POSITION.json]",
)
@public_keys_option
@data_option
def proof(
    position: int | None,
    consistency: tuple[int, int] | None,
    file: Path | None,
    output: Path | None,
    public_keys: tuple[bytes, ...],
    data: Path | None,
) -> None:
    """Proves that the event at POSITION stands in the log, as a small file that anybody can check."""
    if [position, consistency, file].count(None) != 2:
        raise click.UsageError("give a POSITION, or --consistency, or --check")
    if file is not None:
        _check(file, public_keys)
    elif consistency is not None:
        first, second = consistency
        made = _made(data, lambda pool: prove_consistency(pool, first, second))
        _write(made, output or Path(f"proof-{min(consistency)}-{max(consistency)}.json"))
    elif position is not None:
        _write(_made(data, lambda pool: prove(pool, position)), output or Path(f"proof-{position}.json"))


def _made(data: Path | None, make: Callable[[asyncpg.Pool], Awaitable[Proof]]) -> Proof:
    try:
        return on_pool(database_url(data), make)
    except ProofError as error:
        raise click.ClickException(str(error)) from None


def _write(made: Proof, output: Path) -> None:
    raw = encode(made) + b"\n"
    with click.open_file(str(output), "wb") as opened:
        opened.write(raw)
    if str(output) != "-":
        click.echo(f"{output}: {len(raw)} bytes; check it with `incumbent proof --check {output}`")


def _check(file: Path, public_keys: tuple[bytes, ...]) -> None:
    try:
        given = decode(file.read_bytes())
        check(given, public_keys)
    except ProofError as error:
        raise click.ClickException(f"{file} proves nothing: {error}") from None
    except OSError as error:
        raise click.ClickException(f"cannot read {file}: {error.strerror}") from None
    match given:
        case Inclusion(event=event, checkpoint=checkpoint):
            click.echo(
                f"The event at position {event.position} stands in the log of {checkpoint.size} events:"
            )
            click.echo(f"  {event.type} in {event.stream} (version {event.version}), by {event.actor},")
            click.echo(f"  recorded at {event.recorded_at.isoformat()}, id {event.id}")
            signers = {checkpoint.public_key}
        case Consistency(first=first, second=second):
            click.echo(f"The log of {second.size} events began as the one of {first.size} events.")
            signers = {first.public_key, second.public_key}
    keys = ", ".join(base64.b64encode(key).decode() for key in sorted(signers))
    click.echo(f"Signed by {keys}" + ("" if public_keys else ": see that this is the service's key"))
