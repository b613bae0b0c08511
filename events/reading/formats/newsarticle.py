"""schema.org NewsArticle as JSON-LD in a page: what the publisher tells machines about the article."""

from collections.abc import Iterator
from typing import Any

import msgspec
from lxml import html

from events.reading.formats.markup import text_of
from events.reading.formats.moments import moment

_DEPTH = 6  # of @graph, mainEntity and lists inside one another


class NewsArticle(msgspec.Struct, frozen=True, kw_only=True):
    """The properties that are read, those of the first article in the page."""

    headline: str | None
    body: str | None
    published: str | None  # RFC 3339 instant or day
    url: str | None
    language: str | None


def news_article(tree: html.HtmlElement) -> NewsArticle | None:
    """The page's article; None where it tells of none, or in no JSON."""
    for script in tree.iter("script"):
        if (script.get("type") or "").partition(";")[0].strip().lower() != "application/ld+json":
            continue
        try:
            data = msgspec.json.decode((script.text or "").strip())
        except (msgspec.DecodeError, RecursionError):
            continue
        for node in _nodes(data, _DEPTH):
            if _is_article(node):
                return _read(node)
    return None


def _nodes(data: Any, depth: int) -> Iterator[dict[str, Any]]:
    if depth == 0:
        return
    if isinstance(data, list):
        for part in data:
            yield from _nodes(part, depth - 1)
    elif isinstance(data, dict):
        yield data
        for name in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _nodes(data.get(name), depth - 1)


def _is_article(node: dict[str, Any]) -> bool:
    """NewsArticle and its kind: ReportageNewsArticle, OpinionNewsArticle, Article, ..."""
    types = node.get("@type")
    return any(
        isinstance(name, str) and name.rpartition("/")[2].endswith(("Article", "BlogPosting"))
        for name in (types if isinstance(types, list) else [types])
    )


def _read(node: dict[str, Any]) -> NewsArticle:
    body = _string(node.get("articleBody"))
    page = node.get("mainEntityOfPage")
    return NewsArticle(
        headline=_plain(_string(node.get("headline")) or _string(node.get("name"))),
        body=None if body is None else _body(body),
        published=moment(_string(node.get("datePublished"))),
        url=_string(node.get("url")) or _string(page.get("@id") if isinstance(page, dict) else page),
        language=_string(node.get("inLanguage")),
    )


def _body(text: str) -> str | None:
    """Some publishers put markup or character references there, most plain text with line feeds."""
    if "<" in text or "&" in text:
        return text_of(text) or None
    lines = (line.strip() for line in text.splitlines())
    return "\n\n".join(line for line in lines if line) or None


def _plain(text: str | None) -> str | None:
    return None if text is None else " ".join(text_of(text).split()) or None


def _string(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
