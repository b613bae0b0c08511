"""An HTML page: its article, found by trafilatura, with what JSON-LD and meta elements say of it."""

import logging
from datetime import date, timedelta

import trafilatura
from lxml import html

from events.reading.formats.derived import Derived, Underivable
from events.reading.formats.markup import UNSAID, parsed, without_heading
from events.reading.formats.moments import day_of, moment
from events.reading.formats.newsarticle import NewsArticle, news_article

DERIVER = f"html/1+trafilatura/{trafilatura.__version__}"
DERIVER_JSON_LD = "newsarticle/1"

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # that a page holds no article is said by `page`

_SLACK = timedelta(days=1)  # a day has turned elsewhere, or a page was filed before midnight
_UPDATED = timedelta(days=2)
_FEWEST_WORDS = 5  # less is a menu, or a notice that the page needs a script


def page(markup: str, *, published: str | None, today: date) -> Derived:
    """The article of a page. `published` is what the sender says, a moment as `moments` writes it.

    Where JSON-LD holds the article and the page shows less than half of it, the former is taken. Raises Underivable
    for a page without an article, and for one whose JSON-LD lies about its date: in the future, after the day that
    the sender gives, or another than the page itself gives.
    """
    tree = parsed(markup)
    if tree is None:
        raise Underivable("the page is empty, or has more elements than an article can have")
    told = news_article(tree)
    title = _title(tree, told)
    moment_, given = _published(tree, told, published, today)
    uri, language = _address(tree, told), tree.get("lang") or (told.language if told is not None else None)
    paragraphs = without_heading(_main_text(tree), title)
    body, deriver = "\n\n".join(paragraphs), DERIVER
    if told is not None and told.body is not None and len(body) < len(told.body) / 2:
        body, deriver = told.body, DERIVER_JSON_LD
    if len(body.split()) < _FEWEST_WORDS:
        raise Underivable("no article text was found in the page: send the article's own page, or its text")
    return Derived(
        body=body,
        deriver=deriver,
        title=title,
        uri=uri,
        published=moment_,
        published_basis="given" if given else "derived",
        language=language,
    )


def _main_text(tree: html.HtmlElement) -> list[str]:
    """The page's main text as trafilatura finds it, a block a line, bullets taken off. Takes the tree apart."""
    for unsaid in list(tree.iter(*UNSAID)):
        unsaid.drop_tree()  # captions, and JSON-LD, on which trafilatura would fall back without saying so
    document = trafilatura.bare_extraction(
        tree, include_comments=False, include_tables=False, with_metadata=False
    )
    text = "" if document is None or isinstance(document, dict) else document.text or ""
    lines = (line.strip() for line in text.splitlines())
    return [line.removeprefix("- ").strip() for line in lines if line.strip("- ")]


def _title(tree: html.HtmlElement, told: NewsArticle | None) -> str | None:
    """The heading that readers see; else what the page calls itself."""
    headings = [" ".join(heading.text_content().split()) for heading in tree.iter("h1")]
    shown = [heading for heading in headings if heading]
    if len(shown) == 1:
        return shown[0]
    named = _meta(tree, "og:title") or (told.headline if told is not None else None)
    element = next(iter(tree.iter("title")), None)
    return named or (" ".join((element.text or "").split()) or None if element is not None else None)


def _published(
    tree: html.HtmlElement, told: NewsArticle | None, given: str | None, today: date
) -> tuple[str | None, bool]:
    """The moment of publication and whether the sender gave it."""
    shown = moment(_meta(tree, "article:published_time")) or _time(tree)
    if told is not None and told.published is not None:
        _refuse_lie(day_of(told.published), told.published, given, shown, today)
        if given is None:
            return told.published, False
    if given is not None:
        return given, True
    if shown is not None and day_of(shown) > today + _SLACK:
        raise Underivable(
            f"the page says that it was published on {shown}, which lies in the future", "published"
        )
    return shown, False


def _refuse_lie(day: date, told: str, given: str | None, shown: str | None, today: date) -> None:
    says = f"the page's JSON-LD says that it was published on {told},"
    if day > today + _SLACK:
        raise Underivable(f"{says} which lies in the future", "datePublished")
    if given is not None and day > day_of(given) + _SLACK:
        raise Underivable(f"{says} after the publication date that was given, {given}", "datePublished")
    if shown is not None and abs(day - day_of(shown)) > _UPDATED:
        raise Underivable(f"{says} but the page itself gives {shown}", "datePublished")


def _meta(tree: html.HtmlElement, name: str) -> str | None:
    for element in tree.iter("meta"):
        if name in (element.get("property"), element.get("name")) and (
            text := (element.get("content") or "").strip()
        ):
            return str(text)
    return None


def _time(tree: html.HtmlElement) -> str | None:
    """The moment in an element that is marked as that of publication; other <time>s may belong to other stories."""
    for element in tree.iter("time", "meta"):
        if element.get("itemprop") != "datePublished" and element.get("pubdate") is None:
            continue
        if found := moment(element.get("datetime") or element.get("content")):
            return found
    return None


def _address(tree: html.HtmlElement, told: NewsArticle | None) -> str | None:
    """Where the page says that it stands, if that is a whole address."""
    links = [link.get("href") for link in tree.iter("link") if (link.get("rel") or "").lower() == "canonical"]
    for address in (*links, _meta(tree, "og:url"), told.url if told is not None else None):
        if address and address.strip().startswith(("https://", "http://")):
            return str(address.strip())
    return None
