"""XML from strangers: no entity of theirs is expanded, nothing is fetched."""

from lxml import etree

from events.reading.formats.derived import Underivable


def parsed(text: str) -> etree._Element:
    """The root element. Raises Underivable for what is no XML and for what declares entities of its own."""
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    try:
        root = etree.fromstring(text.strip().encode("utf-8", "replace"), parser=parser)
    except etree.XMLSyntaxError as error:
        raise Underivable(f"the body is no well-formed XML: {error.msg}") from None
    declared = root.getroottree().docinfo.internalDTD
    if declared is not None and any(True for _ in declared.iterentities()):
        raise Underivable(
            "the XML declares entities of its own, which are never expanded: send it without them"
        )
    return root


def local(element: etree._Element) -> str:
    """The element's name without its namespace, in lower case; empty for an entity that was left alone."""
    return etree.QName(element).localname.lower() if isinstance(element.tag, str) else ""
