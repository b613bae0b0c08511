"""What clients send as an article, in every form that is taken. Pure: bytes in, `Sent` out, or a Problem."""

from collections.abc import Sequence
from datetime import date
from email.message import Message

import msgspec

from events.catalogue import PubStatus
from events.reading.article import DERIVER
from events.reading.formats.derived import Derived, Underivable
from events.reading.formats.encoding import Decoded, decode
from events.reading.formats.feed import feed
from events.reading.formats.moments import moment
from events.reading.formats.ninjs import is_ninjs, ninjs
from service.http.formats import InstantText
from service.http.parameters import instant
from service.problems import Problem

JSON = "application/json"
NINJS = ("application/vnd.iptc.ninjs+json", "application/ninjs+json")
PAGES = ("text/html", "application/xhtml+xml")
FEEDS = ("application/rss+xml", "application/atom+xml", "application/xml", "text/xml")
TEXT = "text/plain"
MAX_BODY = 5_000_000  # bytes of an article, and of any body

_DATES = frozenset(
    "published datePublished versionCreated versioncreated contentCreated firstCreated firstcreated embargoed".split()
)
_IANA = {
    "cp1250": "windows-1250",
    "cp1251": "windows-1251",
    "cp1252": "windows-1252",
    "cp1254": "windows-1254",
}


class ArticleBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An article as a client sends it. `published` is an RFC 3339 instant or a day, `embargoed` an instant."""

    uri: str
    text: str
    title: str | None = None
    publisher: str | None = None
    published: str | None = None
    pubstatus: PubStatus = "usable"
    embargoed: InstantText | None = None


class Parameters(msgspec.Struct, frozen=True, kw_only=True):
    """What the query may say of a body that does not say it itself."""

    uri: str | None = None
    publisher: str | None = None
    published: str | None = None
    title: str | None = None
    pubstatus: PubStatus | None = None
    embargoed: str | None = None

    def only(self, *names: str, of: str) -> None:
        """Raises Problem for a parameter that has no meaning beside such a body."""
        for name in self.__struct_fields__:
            if name not in names and getattr(self, name) is not None:
                raise Problem("unfit", f"{of} says {name} itself, or needs none", field=name)


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """An article as it was sent. `original` are its very bytes, of `media_type`."""

    derived: Derived
    publisher: str | None
    original: bytes
    media_type: str


def media_type_of(content_type: str) -> tuple[str, str | None]:
    """Media type in lower case and charset of a Content-Type header (RFC 9110, 8.3)."""
    message = Message()
    message["content-type"] = content_type.replace("\n", " ").replace("\r", " ") or "none/none"
    charset = message.get_param("charset")
    return message.get_content_type(), charset if isinstance(charset, str) else None


def sent(body: bytes, content_type: str, parameters: Parameters, *, today: date) -> Sent:
    """The one article of a body. Raises Problem."""
    media_type, charset = media_type_of(content_type)
    try:
        if media_type in NINJS or (media_type == JSON and is_ninjs(body)):
            parameters.only("publisher", of="a ninjs item")
            return _sent(ninjs(body), parameters, body, NINJS[0])
        if media_type == JSON:
            parameters.only(of="an article as JSON")
            return _ours(body)
        if media_type == TEXT:
            return _plain(decode(body, charset), parameters, body)
        if media_type in PAGES:
            return _page(decode(body, charset), parameters, body, today)
    except Underivable as error:
        raise problem_of(error) from None
    raise Problem("unsupported-media-type", f"{content_type[:60] or 'no type'} is not taken here")


def sent_items(body: bytes, content_type: str, parameters: Parameters) -> Sequence[Sent]:
    """The items of a feed. Raises Problem."""
    _, charset = media_type_of(content_type)
    parameters.only("publisher", of="each item of a feed")
    try:
        decoded = decode(body, charset)
        items = feed(decoded.text)
    except Underivable as error:
        raise problem_of(error) from None
    return [
        Sent(
            derived=item,
            publisher=parameters.publisher,
            original=(item.original or "").encode(decoded.charset, "xmlcharrefreplace"),
            media_type=_typed("application/xml", decoded),
        )
        for item in items
    ]


def problem_of(error: Underivable) -> Problem:
    return Problem("bad-date" if error.field in _DATES else "unfit", str(error), field=error.field)


def _sent(derived: Derived, parameters: Parameters, body: bytes, media_type: str) -> Sent:
    return Sent(derived=derived, publisher=parameters.publisher, original=body, media_type=media_type)


_decoder = msgspec.json.Decoder(ArticleBody)


def _ours(body: bytes) -> Sent:
    if not body:
        raise Problem("bad-body", "the body is empty; send {uri, publisher, published, title, text}")
    try:
        given = _decoder.decode(body.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Problem(
            "bad-body", f"the body is not UTF-8: byte {error.start} is 0x{body[error.start]:02x}"
        ) from None
    except msgspec.ValidationError as error:
        raise Problem("bad-body", f"the article is not as documented: {error}") from None
    except msgspec.DecodeError as error:
        raise Problem("bad-body", f"the body is no JSON: {error}") from None
    except RecursionError:
        raise Problem("bad-body", "the body is JSON nested deeper than any article") from None
    derived = Derived(
        body=given.text,
        deriver=DERIVER,
        title=given.title,
        uri=given.uri,
        published=given.published,
        pubstatus=given.pubstatus,
        embargoed=_until(given.embargoed),
    )
    return Sent(derived=derived, publisher=given.publisher, original=body, media_type=JSON)


def _plain(decoded: Decoded, parameters: Parameters, body: bytes) -> Sent:
    if parameters.uri is None:
        raise Problem("unfit", "a text/plain article needs the parameter uri", field="uri")
    derived = Derived(
        body=decoded.text,
        deriver=DERIVER,
        title=parameters.title,
        uri=parameters.uri,
        published=parameters.published,
        pubstatus=parameters.pubstatus or "usable",
        embargoed=_until(parameters.embargoed),
    )
    return _sent(derived, parameters, body, _typed(TEXT, decoded))


def _page(decoded: Decoded, parameters: Parameters, body: bytes, today: date) -> Sent:
    from events.reading.formats.page import page  # an eighth of a second of imports, for whoever sends pages

    published = moment(parameters.published)
    if parameters.published is not None and published is None:
        raise Problem("bad-date", f"{parameters.published[:60]!r} is no publication date", field="published")
    derived = page(decoded.text, published=published, today=today)
    uri = parameters.uri or derived.uri
    if uri is None:
        raise Problem(
            "unfit", "the page does not name its address: give it as the parameter uri", field="uri"
        )
    derived = msgspec.structs.replace(
        derived,
        uri=uri,
        title=parameters.title or derived.title,
        pubstatus=parameters.pubstatus or derived.pubstatus,
        embargoed=_until(parameters.embargoed) or derived.embargoed,
    )
    return _sent(derived, parameters, body, _typed(PAGES[0], decoded))


def _until(embargoed: str | None) -> str | None:
    """The instant until which an article is sealed, in UTC. Raises Problem for a bare day: it names no moment."""
    until = instant(embargoed, "embargoed")
    return until.isoformat().replace("+00:00", "Z") if until else None


def _typed(media_type: str, decoded: Decoded) -> str:
    """The media type as it is kept beside the original: with the encoding that it was read in, unless that is UTF-8."""
    charset = _IANA.get(decoded.charset, decoded.charset)
    return media_type if charset == "utf-8" else f"{media_type}; charset={charset}"
