"""`incumbent extract`: what the reader finds in articles, as JSON lines or as a page to read. Needs no server."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from events.catalogue import ArticleRead, Claim
from events.dates import InvalidDate
from events.reading.article import Article, derive
from events.reading.confidence import standing_alone
from events.reading.extractor import Extractor
from events.reading.plugins import UnknownExtractor, load
from events.reading.read import read


class Line(msgspec.Struct):
    """One article of the input."""

    id: str
    text: str
    title: str | None = None
    published: str | None = None


class Change(msgspec.Struct):
    change: str
    person: str
    post: str
    org: str | None
    acting: bool
    reason: str | None
    modality: str
    date: str | None
    background: bool
    quote: str
    accepted: bool


class Hold(msgspec.Struct):
    person: str
    post: str
    org: str | None
    acting: bool
    status: str
    start: str | None
    end: str | None
    quote: str


class Found(msgspec.Struct):
    """One article of the output."""

    id: str
    changes: list[Change]
    holds: list[Hold]


_RESOLVED = {
    "pronoun": "a pronoun resolved to the person",
    "elsewhere": "the post found elsewhere in the article",
    "agreed": "another extractor says the same",
    "disputed": "another extractor contradicts it",
    "alone": "no other extractor says so",
}
_STATUS = {"holds": "current", "held": "former"}


@click.command()
@click.argument("path", default="-", type=click.Path(allow_dash=True, dir_okay=False))
@click.option(
    "--explain", is_flag=True, help="Show for each claim the sentence, the rule and what was resolved."
)
@click.option("--extractor", "name", default="rules", show_default=True, help="An installed extractor.")
def extract(path: str, explain: bool, name: str) -> None:
    """Read articles from PATH (or - for standard input) and write the claims found in them.

    The input is JSON lines {"id", "published", "title", "text"} or one plain text file.
    """
    try:
        extractor = load(name)
    except UnknownExtractor as error:
        raise click.ClickException(str(error)) from None
    console = Console()
    for line in _lines(path):
        article = _article(line)
        found = read(line.id, 1, article, extractor)
        if explain:
            _explain(console, line, article, found, extractor)
        else:
            click.echo(msgspec.json.encode(_found(line.id, article, found)))


def _lines(path: str) -> Iterator[Line]:
    try:
        raw = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise click.ClickException(f"cannot read {path}: {error.strerror}") from None
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{path} is not UTF-8 (byte {error.start}): convert it first") from None
    if not text.lstrip().startswith("{"):
        yield Line(id="stdin" if path == "-" else Path(path).stem, text=text)
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                yield msgspec.json.decode(line, type=Line)
            except msgspec.DecodeError as error:
                raise click.ClickException(f"{path}, line {number}: {error}") from None


def _article(line: Line) -> Article:
    try:
        return derive(line.text, title=line.title, published=line.published)
    except InvalidDate as error:
        click.echo(f"{line.id}: {error}; weekdays stay unresolved", err=True)
        return derive(line.text, title=line.title, published=None)


def _found(id_: str, article: Article, found: ArticleRead) -> Found:
    out = Found(id_, [], [])
    for claim in found.claims:
        quote = _quote(article, claim)
        acting = claim.capacity == "acting"
        if claim.kind in _STATUS:
            out.holds.append(
                Hold(
                    person=claim.person,
                    post=claim.post,
                    org=claim.organization,
                    acting=acting,
                    status=_STATUS[claim.kind],
                    start=_text(claim.start),
                    end=_text(claim.end),
                    quote=quote,
                )
            )
        else:
            out.changes.append(
                Change(
                    change=claim.kind,
                    person=claim.person,
                    post=claim.post,
                    org=claim.organization,
                    acting=acting,
                    reason=claim.reason,
                    modality=claim.modality,
                    date=_text(claim.date),
                    background=claim.background,
                    quote=quote,
                    accepted=standing_alone(claim),
                )
            )
    return out


def _quote(article: Article, claim: Claim) -> str:
    assert claim.quote is not None
    return article.text[claim.quote.start : claim.quote.end]


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _explain(
    console: Console, line: Line, article: Article, found: ArticleRead, extractor: Extractor
) -> None:
    published = f"{article.published} ({article.published_basis})" if article.published else "not known"
    console.rule(
        f"[bold]{line.id}[/]  published {published}  language {article.language or 'unclear'}  {extractor.name}"
    )
    for claim in found.claims:
        console.print(Panel(_body(article, claim), title=Text(_headline(claim)), title_align="left"))
    for refusal in found.refused:
        console.print(
            Text(f"refused: {refusal.person} {refusal.kind} {refusal.post}: {refusal.why}", style="red")
        )
    if not found.claims and not found.refused:
        console.print("no claim")


def _headline(claim: Claim) -> str:
    return f"{claim.person}: {claim.kind} {claim.post}" + (
        f", {claim.organization}" if claim.organization else ""
    )


def _body(article: Article, claim: Claim) -> Text:
    assert claim.quote is not None
    start, end = claim.quote.start, claim.quote.end
    before = article.text[max(0, start - 90) : start].rpartition("\n")[2]
    after = article.text[end : end + 90].partition("\n")[0]
    body = Text(before, style="dim")
    body.append(article.text[start:end], style="bold")
    body.append(after, style="dim")
    rule, *resolved = claim.rule.split("+")
    facts = [f"rule {rule}", *(_RESOLVED.get(how, how) for how in resolved)]
    facts.append(f"confidence {claim.confidence:.2f}")
    if claim.capacity == "acting":
        facts.append("acting")
    if claim.reason:
        facts.append(f"reason {claim.reason}")
    for name, value in (("effective", claim.date), ("from", claim.start), ("until", claim.end)):
        if value is not None:
            facts.append(f"{name} {value}")
    facts.append(claim.modality + (", background" if claim.background else ""))
    if claim.attribution:
        facts.append(f"said by {claim.attribution}" + (" (official)" if claim.official else ""))
    body.append("\n" + "; ".join(facts))
    if claim.kind not in _STATUS:
        verdict = "stands without an editor" if standing_alone(claim) else "goes to an editor"
        body.append("\n" + verdict, style="green" if standing_alone(claim) else "yellow")
    return body
