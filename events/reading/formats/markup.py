"""From HTML to plain text: blocks apart by blank lines, what is not said left out."""

import re
from itertools import islice

from lxml import etree, html

_BLOCKS = frozenset(
    "address article blockquote body caption dd div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 header hr html"
    " legend li main nav ol p pre section table tbody td tfoot th thead tr ul".split()
)
UNSAID = frozenset(
    "aside audio button canvas embed figcaption figure head iframe input math nav noscript object picture script"
    " select style svg template textarea video".split()
)
_SPACE = re.compile(r"[ \t\r\n\f\v\u00a0]+")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML 1.0, 2.2
_MOST_ELEMENTS = 15_000  # a long read has some thousand; time goes with them


def parsed(markup: str) -> html.HtmlElement | None:
    """The tree of a page or a fragment; None where there is nothing in it, or more than an article can have."""
    if not markup.strip():
        return None
    parser = html.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8")
    try:
        # Bytes, for lxml refuses a str that names an encoding; lone surrogates cannot be written and are no text.
        tree = html.document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError):
        return None
    if sum(1 for _ in islice(tree.iter(), _MOST_ELEMENTS)) == _MOST_ELEMENTS:
        return None
    _clean(tree)
    return tree


def _clean(tree: html.HtmlElement) -> None:
    """Takes out what lxml parses (`&#1;`) but will not have written: it would fail whoever moves the text."""
    for element in tree.iter():
        if element.text and _ILLEGAL.search(element.text):
            element.text = _ILLEGAL.sub(" ", element.text)
        if element.tail and _ILLEGAL.search(element.tail):
            element.tail = _ILLEGAL.sub(" ", element.tail)
        for name, value in element.attrib.items():
            if _ILLEGAL.search(value):
                element.attrib[name] = _ILLEGAL.sub(" ", value)


def text_of(markup: str) -> str:
    """The plain text of a page or fragment of HTML; text without any markup comes back as it is, unwrapped."""
    tree = parsed(markup)
    return "" if tree is None else "\n\n".join(blocks(tree))


def blocks(tree: html.HtmlElement) -> list[str]:
    """The paragraphs, headings and items of a tree in order, each on one line."""
    found: list[str] = []
    inline: list[str] = []
    unsaid = 0

    def end() -> None:
        if text := _SPACE.sub(" ", "".join(inline)).strip():
            found.append(text)
        inline.clear()

    for event, element in etree.iterwalk(tree, events=("start", "end")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if tag in UNSAID:
            unsaid += 1 if event == "start" else -1
        if tag in _BLOCKS:
            end()
        elif tag == "br" and event == "start":
            inline.append(" ")
        said = element.text if event == "start" else element.tail
        if said and not unsaid:
            inline.append(said)
    end()
    return found


def without_heading(paragraphs: list[str], title: str | None) -> list[str]:
    """The paragraphs without a first one that only repeats the title."""
    if title and paragraphs and paragraphs[0].casefold() == title.strip().casefold():
        return paragraphs[1:]
    return paragraphs
