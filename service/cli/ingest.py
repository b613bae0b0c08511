"""`incumbent ingest`: articles from files, folders, JSON lines or standard input, one request each."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from events.reading.formats.ninjs import is_ninjs
from service.cli.client import Client, connection_options

_TYPES = {
    ".txt": "text/plain",
    ".html": "text/html",
    ".htm": "text/html",
    ".xml": "application/xml",
    ".rss": "application/rss+xml",
    ".atom": "application/atom+xml",
}
_NINJS = "application/vnd.iptc.ninjs+json"
_JSON = "application/json"


class _Item(NamedTuple):
    name: str  # for messages
    uri: str | None  # of texts and pages, which do not say it themselves
    published: str | None
    body: bytes
    media_type: str


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--publisher", default=None, help="Who publishes these; default: the key's own publisher.")
@click.option("--published", default=None, help="Publication date of plain-text files and pages.")
@connection_options
def ingest(
    paths: tuple[Path, ...], publisher: str | None, published: str | None, url: str, key: str | None
) -> None:
    """Sends articles to the service: .txt and .html files (the file's address is the uri), .json files (one article,
    ninjs or ours), .jsonl files (one article a line), .xml files (RSS or Atom), whole folders of these, or `-` for JSON
    lines on standard input.

    An article as JSON is {"uri", "publisher", "published", "title", "text"}.
    """
    client = Client(url, key)
    items = [item for path in paths for item in _items(path, published)]
    console = Console(stderr=True)
    articles = claims = failed = 0
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        for item in progress.track(items, description="reading"):
            try:
                answer = _send(client, item, publisher)
                articles += len(answer.get("articles", ("one",)))
                claims += len(answer.get("claims", ()))
            except click.ClickException as error:
                failed += 1
                progress.console.print(f"{item.name}: {error.message}", style="red", markup=False)
    click.echo(f"{articles} articles sent, {claims} claims found, {failed} refused")
    if failed:
        raise SystemExit(1)


def _send(client: Client, item: _Item, publisher: str | None) -> dict[str, list[object]]:
    if item.media_type == _JSON:
        fields = json.loads(item.body)
        if publisher is not None:
            fields.setdefault("publisher", publisher)
        answer = client.post_json("/v1/articles", json.dumps(fields).encode())
    else:
        answer = client.post_bytes(
            "/v1/articles",
            item.body,
            item.media_type,
            uri=item.uri,
            publisher=publisher,
            published=item.published,
        )
    assert isinstance(answer, dict)
    return answer


def _items(path: Path, published: str | None) -> Iterator[_Item]:
    if str(path) == "-":
        yield from _lines("standard input", sys.stdin.buffer.read())
        return
    try:
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                if file.suffix in (*_TYPES, ".json", ".jsonl") and file.is_file():
                    yield from _items(file, published)
        elif path.suffix == ".jsonl":
            yield from _lines(str(path), path.read_bytes())
        elif path.suffix == ".json":
            yield _json(str(path), path.read_bytes())
        else:
            media_type = _TYPES.get(path.suffix, "text/plain")
            is_feed = media_type.endswith("xml")
            uri, date = (None, None) if is_feed else (path.resolve().as_uri(), published)
            yield _Item(str(path), uri, date, path.read_bytes(), media_type)
    except OSError as error:
        raise click.ClickException(f"cannot read {path}: {error.strerror}") from None


def _lines(name: str, content: bytes) -> Iterator[_Item]:
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip():
            continue
        yield _json(f"{name}, line {number}", line)


def _json(name: str, body: bytes) -> _Item:
    try:
        fields = json.loads(body)
    except ValueError as error:
        raise click.ClickException(f"{name}: no JSON: {error}") from None
    if not isinstance(fields, dict):
        raise click.ClickException(f"{name}: an article is a JSON object")
    return _Item(name, None, None, body, _NINJS if is_ninjs(body) else _JSON)
