"""`incumbent check`: a draft held against the views, for a terminal."""

import re
import sys
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from service.cli.client import Client, connection_options
from service.cli.terminal import terminal
from service.cli.who import in_words

_MARKS = {  # a mark, so that nothing hangs on colour alone
    "supported": ("✓", "green"),
    "outdated": ("!", "yellow"),
    "contradicted": ("✗", "red"),
    "unknown": ("?", "cyan"),
}
_BLANKS = re.compile(r"\s+")
_AROUND = 40  # characters of the draft on each side of what was read
_WRONG = 1  # exit code where something is outdated or contradicted
_VERBS = {
    "in": "becomes",
    "out": "leaves as",
    "elected": "is elected",
    "nominated": "is nominated as",
    "holds": "is",
    "held": "was",
}


@click.command()
@click.argument("file", type=click.File("rb"))
@click.option("--as-of", default=None, metavar="DATE", help="On which day; default: today.")
@click.option("--known-at", default=None, metavar="INSTANT", help="As it was known then (RFC 3339).")
@click.option(
    "--published", default=None, metavar="DATE", help="The day from which the draft counts weekdays."
)
@click.option("--receipt", default=None, help="Of an earlier check of the same text: make it again.")
@click.option("--store", is_flag=True, help="Keep the draft with the answer, for this key.")
@click.option("--json", "as_json", is_flag=True, help="The answer as JSON.")
@connection_options
def check(
    file: Any,
    as_of: str | None,
    known_at: str | None,
    published: str | None,
    receipt: str | None,
    store: bool,
    as_json: bool,
    url: str,
    key: str | None,
) -> None:
    """Checks the roles that a draft states; FILE may be - for standard input.

    Exits with 0 where nothing is outdated or contradicted, with 1 where something is, with 2 on an error.
    """
    try:
        draft = file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.UsageError(f"the draft is not UTF-8 (byte {error.start}): save it as UTF-8") from None
    asked = {
        "text": draft,
        "as_of": as_of,
        "known_at": known_at,
        "published": published,
        "receipt": receipt,
        "store": store,
    }
    body = msgspec.json.encode({name: value for name, value in asked.items() if value is not None})
    try:
        found = Client(url, key).post_json("/v1/checks", body)
    except click.ClickException as error:
        raise _Failed(error.message) from None
    if as_json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(found)).decode() + "\n")
    else:
        _print(terminal(), draft, found)
    if found["outdated"] or found["contradicted"]:
        raise SystemExit(_WRONG)


class _Failed(click.ClickException):
    exit_code = 2  # 1 is a draft with a mistake in it


def _print(console: Console, draft: str, found: dict[str, Any]) -> None:
    for finding in found["findings"]:
        mark, colour = _MARKS[finding["verdict"]]
        line = draft.count("\n", 0, finding["quote_start"]) + 1
        console.print(
            Text.assemble(
                (f"{mark} {finding['verdict']}", f"bold {colour}"), f"  line {line}: {_said(finding)}"
            )
        )
        console.print(_indented(_in_context(draft, finding, colour), 2))
        console.print(_indented(Text(finding["sentence"]), 2))
        for words in _sources(finding):
            console.print(_indented(Text(words, "dim"), 4))
        console.print()
    for note in found["notes"]:
        console.print(Text(note))
    counts = ", ".join(f"{found[verdict]} {verdict}" for verdict in _MARKS)
    as_known = f"as known at position {found['at_position']}"
    if not found["findings"]:
        console.print(f"No role was found in the draft; it was read by {found['extractor']}.")
    console.print(f"{counts}; on {found['as_of']}, {as_known}.", highlight=False)
    console.print(Text(f"receipt {found['receipt']}"), overflow="fold")


def _said(finding: dict[str, Any]) -> str:
    """What the draft says, in a row of words."""
    where = f" of {finding['organization_name']}" if finding["organization_name"] else ""
    acting = "acting " if finding["capacity"] == "acting" else ""
    day = f" on {in_words(finding['date'])}" if finding["date"] else ""
    return f"{finding['person_name']} {_VERBS[finding['kind']]} {acting}{finding['post_label']}{where}{day}"


def _in_context(draft: str, finding: dict[str, Any], colour: str) -> Text:
    """The words in the draft, with a little of what stands around them."""
    start, end = finding["quote_start"], finding["quote_end"]
    before, after = draft[max(0, start - _AROUND) : start], draft[end : end + _AROUND]
    parts = (
        ("…" if start > _AROUND else "") + _flat(before),
        (_flat(draft[start:end]), f"underline {colour}"),
        _flat(after) + ("…" if end + _AROUND < len(draft) else ""),
    )
    return Text.assemble(*parts)


def _indented(text: Text, by: int) -> Padding:
    return Padding(text, (0, 0, 0, by), expand=False)


def _flat(text: str) -> str:
    return _BLANKS.sub(" ", text)


def _sources(finding: dict[str, Any]) -> list[str]:
    """Who says so: at most two claims behind what is known."""
    claims = [claim for tenure in finding["evidence"] for claim in tenure["claims"]]
    lines = []
    for claim in claims[:2]:
        said = claim["attribution"] or claim["publisher"] or claim["decided_by"] or ""
        when = f", {claim['published'][:10]}" if claim["published"] else ""
        lines.append(f"“{_flat(claim['quote'])}” ({said}{when})" if claim["quote"] else f"{said}{when}")
    candidates = [f"{each['name']} ({', '.join(each['posts'])})" for each in finding["persons"]]
    candidates += [_post(each["post"]) for each in finding["posts"]]
    return [*lines, *([f"may be: {'; '.join(candidates)}"] if candidates else [])]


def _post(post: dict[str, Any]) -> str:
    where = f" of {post['organization_name']}" if post["organization_name"] else ""
    return f"{post['label']}{where}"
