"""From bytes to text: which encoding a text is in, and who says so."""

import codecs
import re

import msgspec
from charset_normalizer import from_bytes

from events.reading.formats.derived import Underivable

_SNIFFED = (
    2_048  # bytes at the head in which a page or a feed may name its encoding (the HTML standard has 1,024)
)
_DETECTED = 65_536  # bytes that the detector looks at
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NAMED = re.compile(
    rb"""<meta[^>]{0,200}?charset\s{0,5}=\s{0,5}["']?\s{0,5}([\w.:-]{1,40})|<\?xml[^>]{0,100}?encoding\s{0,5}=\s{0,5}["']([\w.:-]{1,40})""",
    re.I,
)
# https://encoding.spec.whatwg.org/#names-and-labels: what is labelled so is windows-1252 in practice.
_READ_AS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
}


class Decoded(msgspec.Struct, frozen=True):
    """A text and the encoding that it was in; `how`: bom, declared, utf-8 (the default) or detected."""

    text: str
    charset: str  # as Python names it: utf-8, cp1252, ...
    how: str


def decode(body: bytes, declared: str | None = None) -> Decoded:
    """The text of bytes whose sender declares an encoding (the charset of Content-Type), or does not.

    A byte order mark wins, then the sender, then what the head of a page or feed names, then UTF-8, each only if all
    bytes fit; then the likeliest encoding. Raises Underivable for what is no text.
    """
    for mark, marked in _BOMS:
        if body.startswith(mark):
            return _text(body[len(mark) :], marked, "bom")
    for label in (declared, _named(body)):
        if (name := _known(label)) is not None:
            try:
                return _text(body, name, "declared")
            except UnicodeDecodeError:
                continue
    try:
        return _text(body, "utf-8", "utf-8")
    except UnicodeDecodeError:
        pass
    charset = None if body.count(b"\x00") > len(body) // 100 else _likeliest(body[:_DETECTED])
    if charset is None:
        raise Underivable("the body is binary or in an encoding that cannot be told: send it in UTF-8")
    try:
        return _text(body, charset, "detected")
    except UnicodeDecodeError:
        raise Underivable(
            f"the body begins in {charset} but goes on in another encoding: send it in UTF-8"
        ) from None


def _likeliest(body: bytes) -> str | None:
    """The encoding in which the bytes look most like words; of equals the commonest, windows-1252."""
    matches = from_bytes(body)
    best = matches.best()
    if best is None:
        return None
    equals = [match for match in matches if match.chaos <= best.chaos]
    if any("cp1252" in (match.encoding, *match.could_be_from_charset) for match in equals):
        return "cp1252"
    return _READ_AS.get(best.encoding, best.encoding)


def _text(body: bytes, charset: str, how: str) -> Decoded:
    try:
        text = body.decode(charset)
    except UnicodeDecodeError as error:
        if how == "bom":
            raise Underivable(
                f"the byte order mark says {charset}, but byte {error.start} is not: send it in UTF-8"
            ) from None
        raise
    if len(_CONTROLS.findall(text)) > len(text) // 1_000:
        raise Underivable("the body holds control characters as no text does: it is binary, or not decoded")
    return Decoded(_CONTROLS.sub(" ", text), charset, how)


def _named(body: bytes) -> str | None:
    found = _NAMED.search(body, 0, _SNIFFED)
    return None if found is None else (found[1] or found[2]).decode("ascii", "replace")


def _known(label: str | None) -> str | None:
    """Python's name of a text encoding; None for labels that nobody knows."""
    if not label:
        return None
    try:
        info = codecs.lookup(label.strip("\"' "))
    except LookupError:
        return None
    if not getattr(info, "_is_text_encoding", True):
        return None
    # A head that can be read as ASCII is in no UTF-16, whatever it says (HTML standard, "prescan").
    return None if info.name.startswith(("utf-16", "utf-32")) else _READ_AS.get(info.name, info.name)
