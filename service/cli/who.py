"""`incumbent who`: a question to the service, its answer as a table."""

from typing import Any

import click
from rich.console import Console
from rich.table import Table

from service.cli.client import Client, connection_options
from service.cli.terminal import terminal


@click.command()
@click.argument("post")
@click.option("--org", default=None, help="The organization or country, where the post alone is ambiguous.")
@click.option("--as-of", default=None, metavar="DATE", help="On which day; default: today.")
@click.option("--known-at", default=None, metavar="INSTANT", help="As it was known then (RFC 3339).")
@click.option(
    "--at-position", default=None, type=int, metavar="N", help="As it was known at a position of the log."
)
@connection_options
def who(
    post: str,
    org: str | None,
    as_of: str | None,
    known_at: str | None,
    at_position: int | None,
    url: str,
    key: str | None,
) -> None:
    """Who holds a post: `incumbent who "deputy defence minister" --as-of 2022-09-24`."""
    if known_at is not None and at_position is not None:
        raise click.UsageError("give --known-at or --at-position, not both")
    found = Client(url, key).get(
        "/v1/who", post=post, org=org, as_of=as_of, known_at=known_at, at_position=at_position
    )
    console = terminal()
    if found["answer"] is None:
        _print_candidates(console, post, found["candidates"])
        raise SystemExit(1)
    _print_answer(console, found["answer"])


def _print_candidates(console: Console, words: str, candidates: list[dict[str, Any]]) -> None:
    if not candidates:
        console.print(f"no post is known by the words {words!r}", markup=False)
        return
    console.print(f"{words!r} may be one of these; say which with --org:", markup=False)
    table = Table("post", "organization", "score", box=None)
    for candidate in candidates:
        post = candidate["post"]
        table.add_row(post["label"], post["organization_name"] or "", f"{candidate['score']:.2f}")
    console.print(table)


def _print_answer(console: Console, answer: dict[str, Any]) -> None:
    post = answer["post"]
    where = f" of {post['organization_name']}" if post["organization_name"] else ""
    known = f", as known at position {answer['at_position']}" if answer["at_position"] is not None else ""
    console.print(f"[bold]{post['label']}{where}[/bold] on {answer['as_of']}{known}: {answer['occupancy']}")
    table = Table("holder", "since", "until", "certainty", "standing", "who says so")
    for holder in [*answer["holders"], *answer["incoming"]]:
        table.add_row(
            holder["name"] + (" (acting)" if holder["capacity"] == "acting" else ""),
            day(holder["start"]),
            day(holder["end"]),
            holder["incoming"] or holder["certainty"],
            holder["standing"].replace("_", " "),
            _sources(holder),
        )
    if table.row_count:
        console.print(table)
    last = answer["last_known_holder"]
    if last is not None:
        console.print(f"last known holder: {last['name']}, last attested {last['last_attested'] or 'never'}")
    if not answer["complete"]:
        console.print("This list may not be complete: nobody has declared it whole.")


def day(endpoint: dict[str, Any] | None) -> str:
    """An end of a membership in words: the date, and how it is known where nobody said it."""
    if endpoint is None:
        return ""
    text = in_words(endpoint["date"])
    return text if endpoint["basis"] == "said" else f"{text} ({endpoint['basis']})"


def in_words(date: str) -> str:
    """An EDTF date without its brackets."""
    return date.replace("[..", "no later than ").replace("..]", " or later").strip("[]")


def _sources(holder: dict[str, Any]) -> str:
    """The words that carry it, with who says so."""
    lines = []
    for claim in holder["claims"][:3]:
        said = claim["attribution"] or claim["publisher"] or claim["decided_by"] or ""
        lines.append(f"“{claim['quote']}” ({said})" if claim["quote"] else said)
    return "\n".join(lines)
