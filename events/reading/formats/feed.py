"""RSS 2.0 (and 0.9x, 1.0) and Atom: each item is an article."""

import re

from lxml import etree

from events.reading.formats.derived import Derived, Underivable
from events.reading.formats.markup import blocks, parsed, without_heading
from events.reading.formats.moments import moment
from events.reading.formats.xml import local
from events.reading.formats.xml import parsed as parsed_xml

DERIVER = "feed/1"
MAX_ITEMS = 500

_TEXT = ("encoded", "content", "description", "summary")  # the fullest first: content:encoded, atom:content
_DATE = ("pubdate", "published", "date", "issued", "updated")
_TAG = re.compile(r"<(/?)((?:\w{1,20}:)?(?:item|entry))(?=[\s>])[^<>]{0,1000}>", re.I)
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def feed(text: str) -> list[Derived]:
    """The items of a feed in its order, those without any text too. Raises Underivable for what is no feed."""
    root = parsed_xml(text)
    if local(root) not in ("rss", "feed", "rdf"):
        raise Underivable(f"the XML is no feed: its root is {local(root)!r}; send RSS or Atom")
    items = [element for element in root.iter("*") if local(element) in ("item", "entry")]
    if not items:
        raise Underivable("the feed has no item")
    if len(items) > MAX_ITEMS:
        raise Underivable(f"the feed has {len(items)} items: send at most {MAX_ITEMS} at once")
    language = root.get(_LANGUAGE) or _first(_channel(root), ("language",))
    originals = _originals(text, items)
    return [_item(item, language, original) for item, original in zip(items, originals, strict=True)]


def _originals(text: str, items: list[etree._Element]) -> list[str]:
    """Each item as it stands in the feed; written anew where its end cannot be told from the text alone."""
    found: list[str] = []
    opened: re.Match[str] | None = None
    for tag in _TAG.finditer(text):  # one pass, whatever a feed holds
        if opened is None and not tag[1]:
            opened = tag
        elif opened is not None and tag[1] and tag[2] == opened[2]:
            found.append(text[opened.start() : tag.end()])
            opened = None
    if len(found) == len(items):
        return found
    return [etree.tostring(item, encoding="unicode", with_tail=False) for item in items]


def _item(item: etree._Element, language: str | None, original: str) -> Derived:
    title = _plain(_first(item, ("title",)))
    told = next((text for name in _TEXT if (text := _first(item, (name,)))), "")
    tree = parsed(told)
    paragraphs = [] if tree is None else without_heading(blocks(tree), title)
    return Derived(
        body="\n\n".join(paragraphs),
        deriver=DERIVER,
        title=title,
        uri=_address(item),
        published=next((found for name in _DATE if (found := moment(_first(item, (name,))))), None),
        language=item.get(_LANGUAGE) or language,
        credit=_plain(_source(item)),
        original=original,
    )


def _channel(root: etree._Element) -> etree._Element:
    return next((child for child in root if local(child) == "channel"), root)


def _first(element: etree._Element, names: tuple[str, ...]) -> str | None:
    """The text of the first child of such a name, markup inside included."""
    for child in element:
        if local(child) in names:
            inside = "".join(child.itertext()) if not len(child) else _inner(child)
            if inside.strip():
                return inside.strip()
    return None


def _inner(element: etree._Element) -> str:
    """What stands inside, as markup: Atom's xhtml content is elements, not escaped text."""
    return (element.text or "") + "".join(etree.tostring(child, encoding="unicode") for child in element)


def _plain(markup: str | None) -> str | None:
    tree = None if markup is None else parsed(markup)
    return None if tree is None else " ".join(blocks(tree)) or None


def _address(item: etree._Element) -> str | None:
    """RSS has the address as text, Atom as an attribute of the link that is no other relation; else guid or id."""
    for child in item:
        if local(child) != "link" or child.get("rel", "alternate") != "alternate":
            continue
        if address := (child.get("href") or child.text or "").strip():
            return address
    return _first(item, ("guid", "id"))


def _source(item: etree._Element) -> str | None:
    """Where a republished item comes from: rss:source, dc:source, or the title inside atom:source."""
    for child in item:
        if local(child) == "source":
            return _first(child, ("title",)) if len(child) else child.text
    return None
