"""`incumbent ingest`: articles from files, folders, JSON lines or standard input, one request each."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from service.cli.client import Client, connection_options


class _Item(NamedTuple):
    name: str  # for messages
    uri: str
    published: str | None
    body: bytes
    is_json: bool


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--publisher", default=None, help="Who publishes these; default: the key's own publisher.")
@click.option("--published", default=None, help="Publication date of plain-text files.")
@connection_options
def ingest(
    paths: tuple[Path, ...], publisher: str | None, published: str | None, url: str, key: str | None
) -> None:
    """Sends articles to the service: .txt files (the file's address is the uri), .json files (one article), .jsonl
    files (one article a line), whole folders of these, or `-` for JSON lines on standard input.

    An article as JSON is {"uri", "publisher", "published", "title", "text"}.
    """
    client = Client(url, key)
    items = [item for path in paths for item in _items(path, published)]
    console = Console(stderr=True)
    claims = failed = 0
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        for item in progress.track(items, description="reading"):
            try:
                claims += len(_send(client, item, publisher).get("claims", ()))
            except click.ClickException as error:
                failed += 1
                progress.console.print(f"{item.name}: {error.message}", style="red", markup=False)
    click.echo(f"{len(items) - failed} articles sent, {claims} claims found, {failed} refused")
    if failed:
        raise SystemExit(1)


def _send(client: Client, item: _Item, publisher: str | None) -> dict[str, list[object]]:
    if not item.is_json:
        answer = client.post_text(
            "/v1/articles", item.body, uri=item.uri, publisher=publisher, published=item.published
        )
    else:
        fields = json.loads(item.body)
        if publisher is not None:
            fields.setdefault("publisher", publisher)
        answer = client.post_json("/v1/articles", json.dumps(fields).encode())
    assert isinstance(answer, dict)
    return answer


def _items(path: Path, published: str | None) -> Iterator[_Item]:
    if str(path) == "-":
        yield from _lines("standard input", sys.stdin.buffer.read())
        return
    try:
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                if file.suffix in (".txt", ".json", ".jsonl") and file.is_file():
                    yield from _items(file, published)
        elif path.suffix == ".jsonl":
            yield from _lines(str(path), path.read_bytes())
        elif path.suffix == ".json":
            yield from _lines(str(path), path.read_bytes().replace(b"\n", b" "))
        else:
            yield _Item(str(path), path.resolve().as_uri(), published, path.read_bytes(), is_json=False)
    except OSError as error:
        raise click.ClickException(f"cannot read {path}: {error.strerror}") from None


def _lines(name: str, content: bytes) -> Iterator[_Item]:
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
        except ValueError as error:
            raise click.ClickException(f"{name}, line {number}: no JSON: {error}") from None
        if not isinstance(fields, dict):
            raise click.ClickException(f"{name}, line {number}: an article is a JSON object")
        yield _Item(f"{name}, line {number}", str(fields.get("uri", "")), None, line, is_json=True)
