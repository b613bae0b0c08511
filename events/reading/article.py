"""An article as the reader sees it: plain text, where the title ends in it, and the day it was published."""

import re
from datetime import date, datetime

import msgspec

from events.catalogue import PublishedBasis
from events.dates import InvalidDate
from events.reading.language import language_of, primary_language

DERIVER = "plain/1"

_MONTHS = {
    name: number
    for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)
}
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?![\d])", re.ASCII)
_WIRE = re.compile(r"(\d{1,2})[- ]([A-Za-z]{3,9})\.?[- ,]\s?(\d{4})(?!\d)", re.ASCII)
_AMERICAN = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2}), ?(\d{4})(?!\d)", re.ASCII)
# The line with which feeds head a page they scraped: "date 2022-09-24 47 minutes".
_HEADER = re.compile(
    r"[ \t]*(?:date|published|updated)[:\s]{1,3}(\d{4}-\d{2}-\d{2})(?!\d)[^\n]{0,40}$", re.I | re.ASCII
)
_HEADER_WITHIN = 300  # characters from the top


class Article(msgspec.Struct, frozen=True):
    """What extractors read. Offsets of quotes are Unicode code points of `text`."""

    text: str  # derived text: title, line feed, body; only the body where there is no title
    title_length: int  # code points of `text` that are the title
    published: date | None
    published_basis: PublishedBasis
    language: str | None  # BCP 47; None where the text is too short or too mixed to tell


def derive(body: str, *, title: str | None, published: str | None, language: str | None = None) -> Article:
    """The article of a plain-text body, which the derived text holds verbatim.

    `published` is an RFC 3339 instant, a day, or a wire form ("18-MAR-1987 08:35:45.87", "November 1, 2017").
    Without it a header line of the body ("date 2022-09-24 47 minutes") gives the day, with basis "derived".
    `language` is what the publisher declares (BCP 47); the text's own words overrule it where they are clear.
    Raises InvalidDate where `published` is given and names no day of the calendar.
    """
    heading = title if title is not None and title.strip() else None
    text = body if heading is None else f"{heading}\n{body}"
    day = _published(published) if published is not None and published.strip() else None
    basis: PublishedBasis = "given" if day is not None else "missing"
    if day is None and (day := _header_day(body)) is not None:
        basis = "derived"
    return Article(
        text=text,
        title_length=0 if heading is None else len(heading),
        published=day,
        published_basis=basis,
        language=_language(text, language),
    )


def _language(text: str, declared: str | None) -> str | None:
    told = language_of(text)
    return told if told not in (None, "und") else primary_language(declared) or told


def _published(text: str) -> date:
    stripped = text.strip()
    try:
        if _DAY.match(stripped):
            if len(stripped) == 10:
                return date.fromisoformat(stripped)
            return datetime.fromisoformat(stripped).date()
        if wire := _WIRE.match(stripped):
            return _named(wire[3], wire[2], wire[1])
        if american := _AMERICAN.match(stripped):
            return _named(american[3], american[1], american[2])
    except ValueError as error:
        raise InvalidDate(f"{text!r} is no publication date: {error}") from None
    raise InvalidDate(f"{text!r} is no publication date: write an RFC 3339 instant or YYYY-MM-DD")


def _named(year: str, month: str, day: str) -> date:
    number = _MONTHS.get(month[:3].lower())
    if number is None:
        raise ValueError(f"{month!r} is no month")
    return date(int(year), number, int(day))


def _header_day(body: str) -> date | None:
    for line in body[:_HEADER_WITHIN].splitlines()[:3]:
        if header := _HEADER.match(line):
            try:
                return date.fromisoformat(header[1])
            except ValueError:
                return None
    return None
