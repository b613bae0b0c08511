"""Countries and their demonyms, and what counts as a place."""

from collections.abc import Iterator, Sequence

from events.naming.tables import lines
from events.reading.text import Token
from events.reading.words import mapping, words


def _shared() -> tuple[dict[str, str], frozenset[str]]:
    """The demonyms and the names of the table that naming has: one table of countries serves both."""
    demonyms: dict[str, str] = {}
    names: set[str] = set()
    for line in lines("countries"):
        written, _, adjectives = line.partition("|")
        common = written.partition("=")[0].strip()
        names.add(common.lower())
        demonyms.update(
            (adjective.strip(), common) for adjective in adjectives.split(",") if adjective.strip()
        )
    return demonyms, frozenset(names)


_SHARED, _NAMES = _shared()
DEMONYMS = _SHARED | mapping("countries")
COUNTRIES = (
    _NAMES
    | frozenset(name.lower() for name in DEMONYMS.values())
    | frozenset(["great britain", "burma", "zaire"])
)
PLACES = words("places") | COUNTRIES
_FIRST = frozenset(name.split()[0] for name in [*DEMONYMS, *COUNTRIES])
CAPITALS = mapping("capitals")  # the country whose news is filed from a city
_DEMONYMS_OF: dict[str, list[str]] = {}
for _demonym, _country in DEMONYMS.items():
    _DEMONYMS_OF.setdefault(_country.lower(), []).append(_demonym)


def countries_in(tokens: Sequence[Token]) -> Iterator[tuple[int, str]]:
    """The countries that a sentence names, by noun or demonym, with the token where each stands."""
    place, total = 0, len(tokens)
    while place < total:
        token = tokens[place]
        if token.capital and token.low in _FIRST and not (place and tokens[place - 1].low == "new"):
            for size in (3, 2, 1):
                text = " ".join(token.text for token in tokens[place : place + size])
                name = DEMONYMS.get(text.lower()) or (text if text.lower() in COUNTRIES else None)
                if name is not None:
                    yield place, name
                    place += size - 1
                    break
        place += 1


def country(words_: str) -> str | None:
    """The country that a demonym names ("Russian": Russia); None for other words."""
    return DEMONYMS.get(words_.lower())


def demonyms_of(name: str) -> Sequence[str]:
    """The demonyms by which a country may be named, in lower case ("russian" for Russia)."""
    return _DEMONYMS_OF.get(name.lower(), ())
