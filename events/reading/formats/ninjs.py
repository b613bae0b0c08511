"""IPTC ninjs: versions 2 and 3, whose members are lists, and the flat 1.x as Superdesk pushes it.

https://iptc.org/std/ninjs/; member names of both generations are looked for, so a publisher may mix them.
"""

import re

import msgspec

from events.catalogue import PubStatus
from events.reading.formats.derived import Derived, Underivable
from events.reading.formats.markup import blocks, parsed, without_heading
from events.reading.formats.moments import moment
from events.reading.formats.xml import local
from events.reading.formats.xml import parsed as parsed_xml

DERIVER = "ninjs/1"
_STATUS: dict[str, PubStatus] = {
    "usable": "usable",
    "withheld": "withheld",
    "canceled": "canceled",
    "cancelled": "canceled",
    "killed": "canceled",  # as older Superdesk says it
    "recalled": "canceled",
}
_ORIGIN_ROLES = ("originator", "origin", "source", "credit", "agency", "provider", "")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,500}>")
# Members that no article of our own form has: one of them tells that a JSON body is ninjs.
_TELLING = (
    "standard headlines bodies versionCreated versioncreated pubStatus pubstatus body_html body_text body_xhtml"
    " guid firstCreated firstcreated contentCreated infoSources"
).split()


class NinjsValue(msgspec.Struct):
    value: str = ""
    role: str | None = None
    contentType: str | None = None  # noqa: N815 - the member's name


class NinjsParty(msgspec.Struct):
    name: str | None = None
    literal: str | None = None
    role: str | None = None


class NinjsItem(msgspec.Struct):
    """The members that are read; all others are left alone."""

    uri: str | None = None
    guid: str | None = None
    type: str | None = None
    title: str | None = None
    headline: str | None = None
    headlines: list[NinjsValue] = []
    bodies: list[NinjsValue] = []
    descriptions: list[NinjsValue] = []
    body_html: str | None = None
    body_xhtml: str | None = None
    body_text: str | None = None
    versionCreated: str | None = None  # noqa: N815
    versioncreated: str | None = None
    contentCreated: str | None = None  # noqa: N815
    firstCreated: str | None = None  # noqa: N815
    firstcreated: str | None = None
    pubStatus: str | None = None  # noqa: N815
    pubstatus: str | None = None
    embargoed: str | None = None
    language: str | None = None
    version: str | int | None = None
    infoSources: list[NinjsParty] = []  # noqa: N815
    infosources: list[NinjsParty] = []
    source: str | None = None


_decoder = msgspec.json.Decoder(NinjsItem)
_members = msgspec.json.Decoder(dict[str, msgspec.Raw])


def is_ninjs(body: bytes) -> bool:
    """Whether a JSON body is ninjs, told by its members; False for what is no JSON object."""
    try:
        members = _members.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return "text" not in members and any(name in members for name in _TELLING)


def ninjs(body: bytes) -> Derived:
    """The article of a ninjs item of type text. Raises Underivable."""
    try:
        item = _decoder.decode(body)
    except msgspec.ValidationError as error:
        raise Underivable(f"the ninjs item is not as the standard has it: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Underivable(f"the body is no JSON: {error}") from None
    except RecursionError:
        raise Underivable("the body is JSON nested deeper than any article") from None
    if item.type not in (None, "text", "composite"):
        raise Underivable(f"a ninjs item of type {item.type!r} is no article: send type text", "type")
    status = item.pubStatus or item.pubstatus or "usable"
    if status not in _STATUS:
        raise Underivable(f"{status!r} is no pubStatus: it is usable, withheld or canceled", "pubStatus")
    title = _headline(item)
    return Derived(
        body="\n\n".join(_body(item, title)),
        deriver=DERIVER,
        title=title,
        uri=item.uri or item.guid,
        published=_moment(
            item, "versionCreated", "versioncreated", "contentCreated", "firstCreated", "firstcreated"
        ),
        language=item.language,
        pubstatus=_STATUS[status],
        embargoed=_moment(item, "embargoed"),
        credit=_credit(item),
        version=_version(item.version),
    )


def _headline(item: NinjsItem) -> str | None:
    mains = [headline.value for headline in item.headlines if headline.role in (None, "main")]
    others = [headline.value for headline in item.headlines]
    for text in (*mains, *others, item.headline, item.title):
        if text and (plain := " ".join(_paragraphs(text))):
            return plain
    return None


def _body(item: NinjsItem, title: str | None) -> list[str]:
    """HTML where there is some, for it says where paragraphs end; else plain text, NITF, or a mere description."""
    by_type: dict[str, str] = {}
    for body in item.bodies:
        if body.value.strip():
            by_type.setdefault((body.contentType or "").partition(";")[0].strip().lower(), body.value)
    markup = (
        by_type.get("text/html") or by_type.get("application/xhtml+xml") or item.body_html or item.body_xhtml
    )
    if markup:
        return without_heading(_paragraphs(markup), title)
    plain = by_type.get("text/plain") or item.body_text
    if plain:
        return [plain.replace("\r\n", "\n").strip("\n")]
    if (nitf := next((text for name, text in by_type.items() if "nitf" in name), None)) is not None:
        return _nitf(nitf)
    rest = next((text for name, text in by_type.items() if name == ""), "")
    rest = rest or next((described.value for described in item.descriptions if described.value.strip()), "")
    return without_heading(_paragraphs(rest), title)


def _paragraphs(text: str) -> list[str]:
    if not _TAG.search(text) and "&" not in text:
        return [text.strip()] if text.strip() else []
    tree = parsed(text)
    return [] if tree is None else blocks(tree)


def _nitf(text: str) -> list[str]:
    """The paragraphs of an NITF document's body.content (https://iptc.org/standards/nitf/)."""
    found: list[str] = []
    for content in parsed_xml(text).iter("*"):
        if local(content) == "body.content":
            for paragraph in content.iter("*"):
                if local(paragraph) in ("p", "hl2"):
                    said = " ".join("".join(paragraph.itertext()).split())
                    found.extend([said] if said else [])
    return found


def _moment(item: NinjsItem, *names: str) -> str | None:
    for name in names:
        if text := getattr(item, name):
            found = moment(text)
            if found is None:
                raise Underivable(f"{text[:60]!r} is no date: write an RFC 3339 instant", name)
            return found
    return None


def _credit(item: NinjsItem) -> str | None:
    """The wire credit: who originated the report, not who wrote, edited or holds the rights."""
    for role in _ORIGIN_ROLES:
        for party in (*item.infoSources, *item.infosources):
            told = (party.role or "").rpartition(":")[2].rpartition("/")[2].lower()
            if told == role and (name := (party.name or party.literal or "").strip()):
                return name
    return (item.source or "").strip() or None


def _version(version: str | int | None) -> int | None:
    try:
        number = int(version) if version is not None else 0
    except ValueError:
        return None
    return number if 1 <= number <= 1_000_000 else None
