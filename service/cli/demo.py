"""The demonstration of `make run`: a key, three articles through the same door as any client's, and the board."""

import asyncio
import os
import shlex
import time
from pathlib import Path

import asyncpg
import click
import httpx
from rich.table import Table

from events.log import Log
from service.cli.client import DEMO_KEY, Client
from service.cli.terminal import terminal
from service.cli.who import in_words
from service.keys import create_key
from service.private import write_private

SAMPLES = Path(__file__).parent.parent / "samples"
PUBLISHER = "demo"
_START_SECONDS = 30.0


def key(data: Path) -> str:
    """The demo key's secret: made at the first start, kept in data/demo-key (mode 0600)."""
    file = data / DEMO_KEY
    if not file.exists():
        data.mkdir(parents=True, exist_ok=True)
        write_private(file, asyncio.run(_new_key()))
    return file.read_text("ascii").strip()


async def _new_key() -> str:
    async with asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=1, max_size=3) as pool:
        log = Log(pool)
        try:
            new = await create_key(
                log,
                subject="demo",
                scopes=("read", "ingest", "review", "subscribe"),
                publishers=(PUBLISHER,),
                trusted=True,
                actor="demo",
            )
        finally:
            await log.close()
    return new.secret


def show(url: str, secret: str) -> None:
    """Waits for the service, sends the samples, prints the board and three things to try."""
    console = terminal()
    try:
        _wait_ready(url)
        client = Client(url, secret)
        for sample in sorted(SAMPLES.glob("*.json")):
            client.post_json("/v1/articles", sample.read_bytes())
        board = client.get("/v1/board")
    except click.ClickException as error:
        console.print(f"the demonstration failed: {error.message}", style="red", markup=False)
        return
    console.print(f"[bold]Incumbent[/bold] answers at {url}. Who holds which post, after three articles:\n")
    table = Table("organization", "post", "holder", "since", "standing", "source")
    for row in board["rows"]:
        holder = row["holder"] or "nobody known"
        if row["capacity"] == "acting":
            holder += " (acting)"
        if row["certainty"] == "possible":
            holder += " (last known)"
        table.add_row(
            row["organization"] or "",
            row["post"],
            holder,
            in_words(row["since"] or ""),
            (row["standing"] or "").replace("_", " "),
            row["source"] or "",
        )
    console.print(table)
    _print_curls(url, secret)


def _print_curls(url: str, secret: str) -> None:
    """Plain lines, never wrapped: they are there to be pasted."""
    key = shlex.quote(f"Authorization: Bearer {secret}")
    article = "Harbourline Ferries said on Tuesday that chairman Edda Lunde has resigned."
    parameters = "uri=https://news.example/lunde&published=2026-11-24"
    click.echo("\nTry:\n")
    click.echo(f'curl -s -H {key} "{url}/v1/who?post=deputy+defence+minister&as_of=2022-09-23"\n')
    click.echo(f'curl -s -H {key} "{url}/v1/who?post=finance+minister&org=Norland"\n')
    click.echo(
        f"curl -s -H {key} -H 'Content-Type: text/plain' --data {shlex.quote(article)}"
        f' "{url}/v1/articles?{parameters}"\n'
    )
    click.echo(f"The API is described at {url}/docs; Ctrl-C stops everything.")


def _wait_ready(url: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{url}/health/ready", trust_env=False, timeout=2.0).status_code == 200:
                return
        except httpx.HTTPError:
            pass  # not listening yet
        time.sleep(0.05)
    raise click.ClickException(f"{url}/health/ready did not answer within {_START_SECONDS:.0f} s")
